"""The order desk: orders that come by phone or mail, from the call to the order."""
