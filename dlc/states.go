package dlc

// The values of State of [NetworkConnection], which is a plain number.
const (
	// Being set up.
	NetworkConnectionInitializing = 0
	// Ready.
	NetworkConnectionReady = 1
)
