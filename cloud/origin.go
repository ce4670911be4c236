package cloud

// Origin is where the changes of a client are made. Their tokens have it, and Resume of another client refuses them.
type Origin struct {
	Region string `json:"region"`
	// Account is the account number or a key ID, as in TokenInfo; empty if the credentials do not tell, or are not known
	// yet.
	Account string `json:"account,omitzero"`
	// Site is the host of a Config.Endpoint that is not the vendor's, or the name of one of the vendor's sites, which have
	// separate accounts; empty for the main one.
	Site string `json:"site,omitzero"`
}
