package alibaba_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/credentials/alibaba"
	"github.com/polycloud-sdk/polycloud-go/flink"
)

// A pod of ACK with RRSA needs no key: its service account has a role, and the chain finds what the webhook of RRSA set up.
func ExampleChain() {
	credentials := alibaba.Chain()
	client, err := flink.New(cloud.Config{Region: "cn-hangzhou", Credentials: credentials}, flink.WithWorkspace("a14bd5d90a"))
	if err != nil {
		log.Fatal(err) // the configuration; credentials are looked for at the first call
	}
	fmt.Printf("%T\n", client)
	// Output: *flink.Client
}

// Explain says why a chain finds nothing, or not what was meant.
func ExampleChain_explain() {
	empty := func(string) string { return "" } // the environment of a machine with nothing set up
	chain := alibaba.Chain(alibaba.WithEnvironment(empty), alibaba.WithoutMetadata())
	fmt.Print(chain.Explain(context.Background()))
	// Output:
	// SOURCE              TRIED  RESULT
	// environment         yes    not set up: ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET are not set
	// OIDC role           yes    not set up: ALIBABA_CLOUD_OIDC_PROVIDER_ARN and ALIBABA_CLOUD_OIDC_TOKEN_FILE are not set
	// aliyun CLI profile  yes    not set up: no home folder is known: HOME is not set
	// credentials file    yes    not set up: no home folder is known: HOME is not set
	// ECS RAM role        yes    not set up: it is turned off by WithoutMetadata
	// credentials URI     yes    not set up: ALIBABA_CLOUD_CREDENTIALS_URI is not set
}

// A profile in code overrides keys in the environment.
func ExampleWithProfile() {
	home, err := os.MkdirTemp("", "home")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(home)
	if err := os.MkdirAll(filepath.Join(home, ".alibabacloud"), 0o700); err != nil {
		log.Fatal(err)
	}
	file := "[release]\ntype = access_key\naccess_key_id = LTAIexample\naccess_key_secret = example\n"
	if err := os.WriteFile(filepath.Join(home, ".alibabacloud", "credentials"), []byte(file), 0o600); err != nil {
		log.Fatal(err)
	}
	chain := alibaba.Chain(alibaba.WithHome(home), alibaba.WithProfile("release"))
	fmt.Println(chain.Credentials(context.Background()))
	// Output: credentials of LTAIexample from credentials file, section release <nil>
}

// A role of another account is assumed with the credentials of the chain. Errors that nothing is sent for name the field.
func ExampleAssumeRole() {
	role := alibaba.Role{ARN: "acs:ram::1234567890123456:role/release", SessionName: "nightly", Duration: 5 * time.Minute}
	credentials := cloud.CacheCredentials(alibaba.AssumeRole(alibaba.Chain(), role))
	_, err := credentials.Credentials(context.Background())
	fmt.Println(err)
	// Output: the role's duration is not whole seconds from 15 minutes to 12 hours, but 5m0s
}
