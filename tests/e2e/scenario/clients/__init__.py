"""Programs that read the virtual camera. Each gives the frames that it saw, as BGR pixels."""
