package wait

import (
	"context"
	"errors"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// A Source adds what one operation tells about a change to a diagnosis.
type Source func(ctx context.Context, d *cloud.Diagnosis) error

// Diagnose asks all sources. If some fail, it returns what the others told with the errors.
func Diagnose(ctx context.Context, sources ...Source) (*cloud.Diagnosis, error) {
	d, told := new(cloud.Diagnosis), false
	var errs []error
	for _, source := range sources {
		err := source(ctx, d)
		if err != nil {
			errs = append(errs, err)
		}
		told = told || err == nil
		if ctx.Err() != nil {
			break // the others would fail too
		}
	}
	if !told {
		d = nil
	}
	return d, errors.Join(errs...)
}

// NothingToDiagnose is the error of a diagnosis for which the service shows nothing, and why.
func NothingToDiagnose(service, why string) error {
	return &cloud.Error{Service: service, Kind: cloud.ErrUnsupported, Message: why}
}
