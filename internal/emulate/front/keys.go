package front

import (
	"errors"
	"maps"
	"sync"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

// Keys are the access keys that the services accept.
type Keys struct {
	Public string // the ID of the key that everybody may know, and whose secret too

	mu     sync.Mutex
	byID   map[string]key
	nonces *world.Memory[struct{}] // by key and nonce
}

// maxNonces is how many nonces are remembered.
const maxNonces = 100_000

// UseNonce remembers a nonce of a key until it expires. It reports whether it was used before.
func (k *Keys) UseNonce(accessKeyID, nonce string, now, expires time.Time) (used bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.nonces == nil {
		k.nonces = world.NewMemory[struct{}](maxNonces)
	}
	id := world.KeyOf(accessKeyID, nonce)
	if _, used = k.nonces.Get(id, now); !used {
		k.nonces.Put(id, struct{}{}, now, expires)
	}
	return used
}

// Clone returns independent keys that are the same.
func (k *Keys) Clone() *Keys {
	k.mu.Lock()
	defer k.mu.Unlock()
	return &Keys{Public: k.Public, byID: maps.Clone(k.byID)}
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

// nonceCount returns how many nonces are remembered.
func (k *Keys) nonceCount() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.nonces == nil {
		return 0
	}
	return k.nonces.Len()
}
