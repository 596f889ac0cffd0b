"""Roads a parcel can take besides the network. They carry bytes and cannot read them."""
