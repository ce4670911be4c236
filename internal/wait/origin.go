package wait

import (
	"fmt"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
)

// Origin returns where changes of a client are made.
func Origin(api *transport.Client) cloud.Origin {
	o := api.Origin()
	return cloud.Origin{Region: o.Region, Account: o.Account, Site: o.Site}
}

// CheckOrigin refuses a change that was made elsewhere.
func CheckOrigin(api *transport.Client, o cloud.Origin) error {
	here := api.Origin()
	switch {
	case here.Service == "":
		return transport.NotMade("Resume")
	case o.Region != here.Region:
		return refusedToken(here.Service, "Resume", otherRegion(o.Region, here.Region))
	}
	_, err := api.CheckOrigin(transport.AtOnce, &transport.Operation{Name: "Resume"}, transport.Origin{
		Service: here.Service, Region: o.Region, Account: o.Account, Site: o.Site,
	})
	return err
}

func otherRegion(given, here string) error {
	return fmt.Errorf("is for region %.60q, this client is for %q", given, here)
}
