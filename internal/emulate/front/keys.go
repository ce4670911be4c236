package front

import (
	"errors"
	"sync"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// Keys are the access keys that the services accept.
type Keys struct {
	mu   sync.Mutex
	byID map[string]key
}

type key struct {
	secret  string
	token   string    // empty for a long-term key
	expires time.Time // zero if it never does
}

// Add adds a key, or replaces it. Requests with it must have its session token, and are refused once it has expired.
func (k *Keys) Add(c cloud.Credentials) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.byID == nil {
		k.byID = map[string]key{}
	}
	k.byID[c.AccessKeyID] = key{c.SecretAccessKey.Reveal(), c.SessionToken.Reveal(), c.Expires}
}

// Secret returns the secret of a key, for the verifiers.
func (k *Keys) Secret(accessKeyID string) (string, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	found, ok := k.byID[accessKeyID]
	return found.secret, ok
}

var (
	errTokenWrong   = errors.New("the session token does not belong to this access key")
	ErrTokenExpired = errors.New("the credentials have expired")
)

// Check checks the session token of a request whose signature is right.
func (k *Keys) Check(accessKeyID, token string, now time.Time) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	found := k.byID[accessKeyID]
	switch {
	case found.token != token:
		return errTokenWrong
	case !found.expires.IsZero() && !now.Before(found.expires):
		return ErrTokenExpired
	}
	return nil
}

// secrets returns all secrets and tokens.
func (k *Keys) secrets() (all []string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, v := range k.byID {
		all = append(all, v.secret, v.token)
	}
	return all
}
