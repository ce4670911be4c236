package bench

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/conformance/clients"
	"github.com/polycloud-sdk/polycloud-go/internal/sign"
	"github.com/polycloud-sdk/polycloud-go/internal/sign/sigv4"
)

// conflict is how the services of AWS refuse a change while another is under way.
func conflict(status int) answer {
	return answer{
		status: status, header: http.Header{"X-Amzn-Errortype": {"ConflictException"}, "X-Amzn-Requestid": {requestID}},
		body: `{"__type":"ConflictException","message":"The resource is being changed; try again later."}`,
	}
}

const requestID = "0c9e8f7a-1b2d-4c3e-9f4a-5b6c7d8e9f00"

func success(body string) answer {
	return answer{header: http.Header{"X-Amzn-Requestid": {requestID}}, body: body}
}

func isConflict(err error) bool { return errors.Is(err, cloud.ErrConflict) }

func isFloorRefusal(err error) bool { return errors.Is(err, errRefused) }

// as reports whether err is of a type.
func as[T error](err error) bool {
	_, ok := errors.AsType[T](err)
	return ok
}

// awsSigning is the signature of one request with a small body.
func awsSigning(service string) Case {
	body := `{"clientToken":"` + requestID + `","code":{"s3Bucket":"desk-releases-us-east","s3Key":"futures/2026-11-20/bundle.zip"},` +
		`"commandLineArguments":[{"key":"s","value":"4"},{"key":"codePath","value":"/opt/kx/app/code"}],"initializationScript":"start/futures.q"}`
	key := sign.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "secret"}
	ourSigner := sigv4.New(clients.AWSRegion, service)
	ours := &sign.Request{
		Method: "PUT", Host: service + ".us-east-1.amazonaws.com", Path: "/kx/environments/kxenv/clusters/rdb/configuration/code",
		Header: http.Header{"Content-Type": {"application/x-amz-json-1.1"}}, Body: []byte(body),
	}
	theirSigner := v4.NewSigner()
	theirs, err := http.NewRequest(ours.Method, "https://"+ours.Host+ours.Path, strings.NewReader(body))
	theirKey := aws.Credentials{AccessKeyID: key.AccessKeyID, SecretAccessKey: key.SecretAccessKey}
	return Case{
		Name: "sign",
		Ours: func() error {
			delete(ours.Header, "Authorization")
			ourSigner.Sign(ours, key, time.Now())
			return nil
		},
		Theirs: func() error {
			if err != nil {
				return err
			}
			theirs.Header = http.Header{"Content-Type": {"application/x-amz-json-1.1"}}
			hash := sha256.Sum256([]byte(body))
			return theirSigner.SignHTTP(context.Background(), theirKey, theirs, hex.EncodeToString(hash[:]), service, clients.AWSRegion, time.Now())
		},
	}
}
