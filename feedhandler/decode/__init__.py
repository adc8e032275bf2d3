"""From a datagram to Event rows: two decoders from one description, one interface (`abi`)."""
