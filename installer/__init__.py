"""Makes the packages of kpdesk and proves them; nothing here is shipped."""
