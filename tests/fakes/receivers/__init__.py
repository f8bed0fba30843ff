"""Real servers on 127.0.0.1 that messages are sent to, and what goes wrong with such."""

from fakes.receivers.hook import Hook
from fakes.receivers.mailbox import Mailbox

__all__ = ["Hook", "Mailbox"]
