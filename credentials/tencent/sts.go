package tencent

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/protocol/tencent"
	"github.com/polycloud-sdk/polycloud-go/internal/sign"
	"github.com/polycloud-sdk/polycloud-go/internal/sign/tc3"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
)

// stsTimeout bounds one call to STS.
const stsTimeout = 10 * time.Second

// stsCall is one call to STS that gives keys.
type stsCall struct {
	action, region string
	input          any
	keys           *cloud.Credentials // nil for a call that is not signed
	secrets        []string           // what no error may show, although STS may repeat it
}

// callSTS returns the keys that STS gives.
func (s *settings) callSTS(ctx context.Context, call stsCall) (cloud.Credentials, error) {
	if err := transport.CheckRegion("sts", "region", call.region); err != nil {
		return cloud.Credentials{}, err
	}
	service := tencent.Service{Name: "sts"}.Describe(cloud.Config{Region: call.region})
	address, err := origin("the address of STS", cmp.Or(s.sts, service.Endpoint), isLoopback)
	if err != nil {
		return cloud.Credentials{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, stsTimeout)
	defer cancel()
	r, err := call.request(ctx, address)
	if err != nil {
		return cloud.Credentials{}, err
	}
	status, body, err := send(s.transport, r)
	if err != nil {
		return cloud.Credentials{}, fmt.Errorf("%s at %s: %w", call.action, address.Host, err)
	}
	response, refusal, err := parseSTS(body)
	switch {
	case err != nil && status != http.StatusOK:
		return cloud.Credentials{}, unusable("%s at %s: HTTP status %d, and its response is %w", call.action, address.Host, status, err)
	case err != nil:
		return cloud.Credentials{}, unusable("%s at %s: its response is unexpected: %w", call.action, address.Host, err)
	case refusal != nil:
		refusal.Operation, refusal.StatusCode = call.action, status
		refusal.Kind = cmp.Or(service.Kinds(refusal.Code), cloud.ErrInternal)
		for _, text := range [...]*string{(*string)(&refusal.Code), &refusal.Message, &refusal.RequestID} {
			*text = redact(*text, call.secrets)
		}
		return cloud.Credentials{}, refusal
	case status != http.StatusOK:
		return cloud.Credentials{}, unusable("%s at %s: HTTP status %d", call.action, address.Host, status)
	}
	return response, nil
}

// request returns the request, signed if there are keys.
func (c stsCall) request(ctx context.Context, address *url.URL) (*http.Request, error) {
	body, err := json.Marshal(c.input)
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address.String(), bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header = http.Header{
		"Content-Type":  {"application/json"},
		"X-Tc-Action":   {c.action},
		"X-Tc-Version":  {"2018-08-13"},
		"X-Tc-Region":   {c.region},
		"X-Tc-Language": {"en-US"},
	}
	now := time.Now()
	if c.keys == nil {
		r.Header.Set("X-Tc-Timestamp", fmt.Sprint(now.Unix()))
		r.Header.Set("Authorization", "SKIP")
		return r, nil
	}
	keys := sign.Credentials{
		AccessKeyID: c.keys.AccessKeyID, SecretAccessKey: c.keys.SecretAccessKey.Reveal(), SessionToken: c.keys.SessionToken.Reveal(),
	}
	tc3.New("sts", true).Sign(&sign.Request{Method: r.Method, Host: r.Host, Path: "/", Header: r.Header, Body: body}, keys, now)
	return r, nil
}

// parseSTS returns the keys of a response, or the refusal that it is.
func parseSTS(body []byte) (cloud.Credentials, *cloud.Error, error) {
	o, err := parseObject(body)
	if err != nil {
		return cloud.Credentials{}, nil, err
	}
	response, err := o.object("Response")
	switch {
	case err != nil:
		return cloud.Credentials{}, nil, err
	case response == nil:
		return cloud.Credentials{}, nil, errors.New("without a Response")
	}
	refusal, err := parseRefusal(response)
	if err != nil || refusal != nil {
		return cloud.Credentials{}, refusal, err
	}
	keys, err := response.object("Credentials")
	switch {
	case err != nil:
		return cloud.Credentials{}, nil, err
	case keys == nil:
		return cloud.Credentials{}, nil, errors.New("without Credentials")
	}
	c, err := temporary(keys, response)
	return c, nil, err
}

// parseRefusal returns the error in a response, nil if there is none.
func parseRefusal(response object) (*cloud.Error, error) {
	o, err := response.object("Error")
	if o == nil || err != nil {
		return nil, err
	}
	texts, err := o.texts("Code", "Message")
	if err != nil {
		return nil, err
	}
	id, err := response.text("RequestId")
	if err != nil {
		return nil, err
	}
	return &cloud.Error{Service: "sts", Code: cloud.Code(texts["Code"]), Message: texts["Message"], RequestID: id, Attempts: 1}, nil
}

// redact removes secrets from a message, plain and as a URL has them.
func redact(message string, secrets []string) string {
	for _, secret := range secrets {
		if len(secret) < 8 {
			continue
		}
		message = strings.ReplaceAll(message, secret, "[redacted]")
		message = strings.ReplaceAll(message, url.QueryEscape(secret), "[redacted]")
	}
	return message
}
