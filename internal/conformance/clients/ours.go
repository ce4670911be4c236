package clients

import (
	"net/http"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/flink"
	"github.com/polycloud-sdk/polycloud-go/proton"
)

// Config returns the configuration of our clients.
func Config(t Target, region string) cloud.Config {
	cfg := cloud.Config{
		Region: region, Endpoint: t.URL, Credentials: cloud.StaticCredentials(t.keyID(), t.secret(), ""),
		RequestRate: -1, // a measurement must not wait for the rate limit
		Retry:       cloud.Retry{MinDelay: time.Millisecond, MaxDelay: 2 * time.Millisecond},
	}
	if t.Transport != nil {
		cfg.HTTPClient = &http.Client{Transport: t.Transport}
	}
	return cfg
}

// Finspace returns our client of Amazon FinSpace.
func Finspace(t Target) (*finspace.Client, error) { return finspace.New(Config(t, AWSRegion)) }

// Proton returns our client of AWS Proton.
func Proton(t Target) (*proton.Client, error) { return proton.New(Config(t, AWSRegion)) }

// Flink returns our client of Realtime Compute for Apache Flink.
func Flink(t Target) (*flink.Client, error) { return flink.New(Config(t, AlibabaRegion)) }

// DLC returns our client of Data Lake Compute, signing as the official client does.
func DLC(t Target) (*dlc.Client, error) {
	return dlc.New(Config(t, TencentRegion), dlc.WithActionUnsigned())
}
