package front

import (
	"context"
	"net/http"
	"net/url"

	"github.com/polycloud-sdk/polycloud-go/internal/sign"
)

// Read returns a request that did not come through the server, for a service to route.
func Read(r sign.Request) *Received {
	values, _ := url.ParseQuery(r.Query)
	return &Received{Request: r, ctx: context.Background(), Values: values}
}

// Context ends when the client goes away.
func (r *Received) Context() context.Context { return r.ctx }

// NoResponse closes the connection instead of a response.
func NoResponse() Response { return Response{Header: http.Header{}, reset: true} }
