package cloud_test

import (
	"context"
	"fmt"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/finspace"
)

func ExampleFromEnvironment() {
	emu, err := emulator.Start()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer emu.Close()

	cfg := cloud.FromEnvironment()
	cfg.Credentials = cloud.StaticCredentials(emulator.AccessKeyID, emulator.SecretAccessKey, "")
	cfg.Environment = func(name string) string { // instead of the variables of this process
		return map[string]string{"AWS_REGION": "us-east-1", "AWS_ENDPOINT_URL_FINSPACE": emu.URL()}[name]
	}
	c, err := finspace.New(cfg)
	if err != nil {
		fmt.Println(err)
		return
	}
	found, err := c.ListKxEnvironments(context.Background(), finspace.ListKxEnvironmentsRequest{})
	fmt.Println(len(found.Environments), err)

	cfg.Environment = func(name string) string { return map[string]string{"AWS_REGION": "Virginia"}[name] }
	_, err = finspace.New(cfg)
	fmt.Println(err)
	// Output:
	// 0 <nil>
	// finspace: invalid: AWS_REGION: must consist of lower-case letters, digits and hyphens, as a part of a host name, given "Virginia"
}
