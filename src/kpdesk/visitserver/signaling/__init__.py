"""The signaling service: seats (one participant's connection), rooms (one visit), the hub, the WebSocket."""
