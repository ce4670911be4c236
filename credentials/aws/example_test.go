package aws_test

import (
	"context"
	"fmt"
	"os"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/credentials/aws"
	"github.com/polycloud-sdk/polycloud-go/finspace"
)

// A pod of EKS, a task of ECS, an instance of EC2 and a laptop use the same lines.
func ExampleChain() {
	ctx := context.Background()
	chain := aws.Chain(aws.WithRegion("us-east-1"))
	region, err := chain.Region(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	c, err := finspace.New(cloud.Config{Region: region, Credentials: chain})
	fmt.Println(region, c != nil, err)
	// Output: us-east-1 true <nil>
}

func ExampleFromConfig() {
	var cfg awssdk.Config // what the rest of the program uses already
	cfg.Region = "eu-west-1"
	cfg.Credentials = credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", "")
	found, err := aws.FromConfig(cfg).Credentials(context.Background())
	fmt.Println(found, err)
	// Output: credentials of AKIDEXAMPLE from aws.Config (keys) <nil>
}

func ExampleProvider_Explain() {
	for name, value := range map[string]string{"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_PROFILE": ""} {
		old, was := os.LookupEnv(name)
		os.Setenv(name, value)
		defer func() {
			if os.Unsetenv(name); was {
				os.Setenv(name, old)
			}
		}()
	}
	fmt.Print(aws.Chain().Explain(context.Background()))
	// Output:
	// SOURCE             TRIED  RESULT
	// environment        yes    used, access key ID AKIDEXAMPLE
	// web identity       no     a source before it ended the chain
	// profile default    no     a source before it ended the chain
	// container          no     a source before it ended the chain
	// instance metadata  no     a source before it ended the chain
}
