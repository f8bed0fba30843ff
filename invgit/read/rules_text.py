"""Rules about the text of a file: what YAML allows and an inventory does not."""

from invgit.diagnostics import Rule

TEXT_RULES: tuple[Rule, ...] = (
    Rule(
        "syntax",
        """A file is YAML.

The message says what is wrong at that place: a tab, a quote or bracket that is not closed, a line in the wrong column.

Wrong:
    devices:
      nas: {name: NAS, type: nas, description: "behind the sofa}
Right:
    devices:
      nas: {name: NAS, type: nas, description: "behind the sofa"}
""",
    ),
    Rule(
        "not-utf8",
        """A file is UTF-8, with or without a byte order mark.

Old editors on Windows write UTF-16, or a code page in which an accent is one byte. Save the file as UTF-8.

Right:
    devices:
      nas: {name: Küche, type: nas}
""",
    ),
    Rule(
        "bad-character",
        """A text holds no character that nobody can see, or that changes how other text is shown.

Control characters, zero-width spaces and marks that turn the direction of writing can make a file look like another one
in a review. They are refused as such and as escapes.

Wrong:
    devices:
      nas: {name: NAS, type: nas, description: "left\\u202Eright"}
Right:
    devices:
      nas: {name: NAS, type: nas, description: left and right}
""",
    ),
    Rule(
        "lfs-pointer",
        """A file is the file itself, not the pointer that Git LFS leaves in its place.

`git lfs pull` fetches it. Inventories need no LFS: their files are small text.

Wrong:
    version https://git-lfs.github.com/spec/v1
    oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393
    size 12345
Right:
    devices:
      nas: {name: NAS, type: nas}
""",
    ),
    Rule(
        "merge-conflict",
        """No merge conflict is left in a file.

Wrong:
    devices:
    <<<<<<< HEAD
      nas: {name: NAS, type: nas}
    =======
      nas: {name: Storage, type: nas}
    >>>>>>> storage
Right:
    devices:
      nas: {name: Storage, type: nas}
""",
    ),
    Rule(
        "directive",
        """No line begins with a percent sign: YAML directives could change what the file means.

Wrong:
    %YAML 1.1
    ---
    devices:
      nas: {name: NAS, type: nas}
Right:
    devices:
      nas: {name: NAS, type: nas}
""",
    ),
    Rule(
        "several-documents",
        """A file holds one document.

A `---` at its beginning is fine; a second one is not. Files may be split freely instead.

Wrong:
    devices:
      nas: {name: NAS, type: nas}
    ---
    devices:
      tv: {name: TV, type: tv}
Right:
    devices:
      nas: {name: NAS, type: nas}
      tv: {name: TV, type: tv}
""",
    ),
    Rule(
        "too-big",
        """A file is not larger than a person can review.

The limits: 1 MiB and 200,000 values in a file, 65,536 characters in a text, 256 in a key; 100,000 files and 512 MiB in
an inventory. Files below a site may be named, nested and split freely.

Right:
    devices:
      nas: {name: NAS, type: nas}
""",
    ),
    Rule(
        "too-deep",
        """A file is nested at most 20 levels deep, and a folder at most 30.

Wrong:
    devices:
      nas: {name: NAS, type: nas, metadata: {a: [[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]}}
Right:
    devices:
      nas: {name: NAS, type: nas, metadata: {a: [1]}}
""",
    ),
    Rule(
        "duplicate-key",
        """A key stands once in a mapping.

YAML readers take the last one and say nothing. Which of the two is meant, only you know.

Wrong:
    devices:
      nas:
        name: NAS
        type: nas
        name: Storage
Right:
    devices:
      nas:
        name: Storage
        type: nas
""",
    ),
    Rule(
        "key-not-text",
        """A key is text.

A list, a mapping or nothing at all cannot be a key; `null` as a key is put in quotes.

Wrong:
    devices:
      nas: {name: NAS, type: nas, metadata: {null: x}}
Right:
    devices:
      nas: {name: NAS, type: nas, metadata: {"null": x}}
""",
    ),
    Rule(
        "key-without-value",
        """A key between braces has its colon.

In `{…}` a comma ends a text, and what follows would silently become a key of its own. Put text that holds a comma in
quotes; write a space after the colon. A key that means nothing keeps its colon: `{a: }`.

Wrong:
    devices:
      nas: {name: NAS, type: nas, metadata: {notes: behind the sofa, left side}}
Right:
    devices:
      nas: {name: NAS, type: nas, metadata: {notes: "behind the sofa, left side"}}
""",
    ),
    Rule(
        "anchor",
        """Values are written out: anchors `&a` and aliases `*a` are not read.

What many devices share is said once, under `defaults:` of the file or in a device type of the catalog.

Wrong:
    devices:
      nas: {name: NAS, type: nas, tags: &rack [rack]}
      switch: {name: Switch, type: switch, tags: *rack}
Right:
    defaults:
      devices: {tags: [rack]}
    devices:
      nas: {name: NAS, type: nas}
      switch: {name: Switch, type: switch}
""",
    ),
    Rule(
        "merge-key",
        """Fields are written out: the merge key `<<` is not read.

What many devices share is said once, under `defaults:` of the file or in a device type of the catalog.

Wrong:
    devices:
      nas: {name: NAS, type: nas, <<: {tags: [rack]}}
Right:
    devices:
      nas: {name: NAS, type: nas, tags: [rack]}
""",
    ),
    Rule(
        "tag",
        """No value has a tag: its field decides how its text is understood.

Wrong:
    devices:
      nas: {name: !!str 1234, type: nas}
Right:
    devices:
      nas: {name: 1234, type: nas}
""",
    ),
    Rule(
        "null-spelling",
        """No value is written `null`, or as nothing at all.

YAML has more spellings, `~`, `Null` and `NULL`; they read like text, so they are refused. Text is put in quotes.

Wrong:
    devices:
      nas: {name: NAS, type: nas, description: ~}
Right:
    devices:
      nas: {name: NAS, type: nas, description: null}
""",
    ),
    Rule(
        "secret",
        """No secret stands in a file: what was committed once is known for ever.

Passwords, tokens and keys, private keys, and links with a password in them are refused wherever they stand, in comments
too. The value is never shown. Keep it in a password manager, and change one that was committed.

Wrong:
    networks:
      wifi: {name: Wi-Fi, metadata: {wifi_psk: correct horse}}
Right:
    networks:
      wifi: {name: Wi-Fi, metadata: {wifi_login: in the family's password manager}}
""",
    ),
)
