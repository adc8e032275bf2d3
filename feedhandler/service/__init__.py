"""Life under a service manager: the unit that starts us, and what we tell it while we run."""
