package clients

import (
	"context"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/finspace"
	"github.com/aws/aws-sdk-go-v2/service/proton"
)

// OfficialFinspace returns the official client of Amazon FinSpace.
func OfficialFinspace(t Target) *finspace.Client {
	return finspace.New(finspace.Options{
		Region: AWSRegion, Credentials: awsKey(t), HTTPClient: awsHTTP(t), BaseEndpoint: awsAddress(t),
	})
}

// OfficialProton returns the official client of AWS Proton.
func OfficialProton(t Target) *proton.Client {
	return proton.New(proton.Options{
		Region: AWSRegion, Credentials: awsKey(t), HTTPClient: awsHTTP(t), BaseEndpoint: awsAddress(t),
	})
}

// awsKey is cached, as by the official configuration.
func awsKey(t Target) aws.CredentialsProvider {
	return aws.NewCredentialsCache(aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: t.keyID(), SecretAccessKey: t.secret()}, nil
	}))
}

func awsHTTP(t Target) aws.HTTPClient {
	if t.Transport == nil {
		return nil
	}
	return &http.Client{Transport: t.Transport}
}

func awsAddress(t Target) *string {
	if t.URL == "" {
		return nil
	}
	return &t.URL
}
