"""The native run: every part of the platform as a process of this machine, without containers."""
