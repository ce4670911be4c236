package aws

import (
	"context"
	"errors"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"
)

// errSessionEnded is the error of a session of SSO or `aws login` that has expired.
var errSessionEnded = errors.New("the session has expired")

// sessions guards the requests that refresh a session. After such a request the SDK writes a file, and it panics if the
// key in that file is damaged, on a goroutine where nothing else can recover.
type sessions struct{ refresh bool }

func (s sessions) addTo(stack *middleware.Stack) error {
	return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("polycloudSessions", s.guard), middleware.After)
}

func (s sessions) guard(
	ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
) (out middleware.InitializeOutput, data middleware.Metadata, err error) {
	switch awsmiddleware.GetOperationName(ctx) {
	case "CreateToken", "CreateOAuth2Token":
	default:
		return next.HandleInitialize(ctx, in)
	}
	if !s.refresh {
		return out, data, errSessionEnded
	}
	defer func() {
		if recover() != nil {
			err = errSessionEnded
		}
	}()
	return next.HandleInitialize(ctx, in)
}
