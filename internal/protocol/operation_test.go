package protocol_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/internal/protocol"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
)

func TestOperationHeader(t *testing.T) {
	t.Parallel()
	get, list := &transport.Operation{Name: "GetThing"}, &transport.Operation{Name: "ListThings"}
	h := protocol.OperationHeader{Prefix: "Things."}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			assert.Equal(t, []string{"Things.GetThing"}, h.Of(get))
			assert.Equal(t, []string{"Things.ListThings"}, h.Of(list))
		})
	}
	wg.Wait()
	assert.Same(t, &h.Of(get)[0], &h.Of(get)[0], "all requests share it")
}
