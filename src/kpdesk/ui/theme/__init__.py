"""How kpdesk looks: colours, type, icons, and the one style sheet made of them."""
