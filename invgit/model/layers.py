"""Layers of declared values: defaults, device types, and what an entity says itself."""

from typing import Any

from invgit.model.spec import KindSpec


def merged(spec: KindSpec, layers: list[dict[str, Any]]) -> dict[str, Any]:
    """The layers as one, the strongest last: it replaces, but what has keys comes together key by key."""
    made = dict(layers[0])
    for layer in layers[1:]:
        together = {
            name: {**made[name], **layer[name]}
            for name in spec.mergeable
            if name in layer and name in made and isinstance(made[name], dict) and isinstance(layer[name], dict)
        }
        made |= layer
        made |= together
    return made
