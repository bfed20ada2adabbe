"""The sample shop: mails, orders and tracking events, loaded through the real channels."""
