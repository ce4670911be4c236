package cloud

import "context"

// Middleware takes part in every call of a client; see Config.Middleware. It calls next to go on, with ctx or a context
// derived from it, and returns the error of the call: what next returned, or one of its own. All attempts of the call
// happen in next; for a seam around each attempt, give Config.HTTPClient a Transport of your own.
//
// Before next, it may change the request, which is then filled in and validated. The request of a change that Start
// sends has been prepared before, and must stay as it is. After next has returned nil, it may read and change the
// response. A Middleware that does not call next answers the call itself, with what it puts into the response. Calling
// next again returns an error.
type Middleware func(ctx context.Context, call *Call, next func(ctx context.Context) error) error

// Call is a call on its way through Middleware.
type Call struct {
	CallInfo
	// Request points to the call's own copy of the request, such as a *finspace.GetKxClusterRequest. It may hold
	// secrets.
	Request any
	// Response points to the response, such as a *finspace.GetKxClusterResponse, which is empty until next has returned.
	// For an operation that streams, next returns when the stream begins, and only a response that is no stream is here.
	Response any
}
