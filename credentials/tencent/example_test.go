package tencent_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/credentials/tencent"
	"github.com/polycloud-sdk/polycloud-go/dlc"
)

// A pod of TKE whose service account has a role needs no key. STS is asked when the first call is made.
func ExampleChain() {
	client, err := dlc.New(cloud.Config{
		Region:      "ap-singapore",
		Credentials: tencent.Chain(),
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%T\n", client)
	// Output: *dlc.Client
}

// What a pod gets, with STS played: the variables and the token file are those that TKE sets for its service account.
func ExampleChain_tke() {
	file, err := os.CreateTemp("", "token")
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = os.Remove(file.Name()) }()
	if _, err := file.WriteString("the token of the service account"); err != nil {
		log.Fatal(err)
	}
	pod := map[string]string{
		"TKE_REGION": "ap-singapore", "TKE_PROVIDER_ID": "tke-oidc",
		"TKE_WEB_IDENTITY_TOKEN_FILE": file.Name(), "TKE_ROLE_ARN": "qcs::cam::uin/100000000001:roleName/pod",
	}
	sts := roundTrip(func(r *http.Request) (*http.Response, error) { // in place of the network
		fmt.Println(r.Header.Get("X-Tc-Action"), "in", r.Header.Get("X-Tc-Region"))
		return respond(200, stsBody("AKIDPOD", time.Now().Add(2*time.Hour))), nil
	})
	chain := tencent.Chain(tencent.WithTransport(sts), tencent.WithEnvironment(func(name string) string { return pod[name] }))
	c, err := chain.Credentials(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(c.AccessKeyID, "from", c.Source)
	// Output:
	// AssumeRoleWithWebIdentity in ap-singapore
	// AKIDPOD from TKE OIDC, role qcs::cam::uin/100000000001:roleName/pod
}

// Where credentials come from, and why not from elsewhere. This machine has a profile of tccli.
func ExampleChain_explain() {
	home, err := os.MkdirTemp("", "home")
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(home) }()
	file := filepath.Join(home, "dev.credential")
	if err := os.WriteFile(file, []byte(`{"secretId": "AKIDEXAMPLE", "secretKey": "secret"}`), 0o600); err != nil {
		log.Fatal(err)
	}
	environment := map[string]string{"TCCLI_PROFILE": "dev", "TENCENTCLOUD_SHARED_CREDENTIALS_DIR": home}
	chain := tencent.Chain(tencent.WithEnvironment(func(name string) string { return environment[name] }))
	fmt.Print(chain.Explain(context.Background()))
	// Output:
	// SOURCE            TRIED  RESULT
	// environment       yes    not set up: TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY are not set
	// TKE OIDC          yes    not set up: TKE_PROVIDER_ID, TKE_WEB_IDENTITY_TOKEN_FILE and TKE_ROLE_ARN are not set
	// tccli profile     yes    used, access key ID AKIDEXAMPLE
	// credentials file  no     a source before it ended the chain
	// CVM role          no     a source before it ended the chain
}

// A key that may do one thing alone, assume a role, is exchanged for the keys of the role.
func ExampleAssumeRole() {
	sts := roundTrip(func(r *http.Request) (*http.Response, error) { // in place of the network
		fmt.Println(r.Header.Get("X-Tc-Action"), "in", r.Header.Get("X-Tc-Region"))
		return respond(200, stsBody("AKIDROLE", time.Now().Add(time.Hour))), nil
	})
	provider := tencent.AssumeRole(
		cloud.StaticCredentials("AKIDEXAMPLE", "secret", ""),
		tencent.Role{ARN: "qcs::cam::uin/100000000001:roleName/deploy", SessionName: "ci", Duration: time.Hour},
		tencent.WithRegion("eu-frankfurt"), tencent.WithTransport(sts),
	)
	c, err := provider.Credentials(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(c.AccessKeyID, "from", c.Source)
	// Output:
	// AssumeRole in eu-frankfurt
	// AKIDROLE from role qcs::cam::uin/100000000001:roleName/deploy
}
