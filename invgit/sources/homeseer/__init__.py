"""What a HomeSeer controller (HS3, HS4) has: asked over HTTP, understood, one device for a root and its features.

Everything that is known of HomeSeer's protocol stands in this package; it has never been run against a HomeSeer. Here
is nothing to import: whoever reads the settings must not wait for what asks the controller.
"""
