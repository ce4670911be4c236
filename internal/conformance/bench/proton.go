package bench

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	official "github.com/aws/aws-sdk-go-v2/service/proton"
	"github.com/aws/aws-sdk-go-v2/service/proton/types"

	"github.com/polycloud-sdk/polycloud-go/internal/conformance/clients"
	"github.com/polycloud-sdk/polycloud-go/proton"
)

func protonService() service {
	list := success(list(`{"nextToken":"AAAAc2VydmljZS1wYWdlLTI=","serviceInstances":[`, "service_instance_item.json", `]}`))
	return service{"proton", []operation{
		{"update", success(document("service_instance.json")), updateInstance, officialUpdateInstance, floorUpdateInstance},
		{"read", success(document("service_instance.json")), getInstance, officialGetInstance, floorGetInstance},
		{"list", list, listInstances, officialListInstances, floorListInstances},
		{"error", conflict(400), refusedBy(updateInstance, isConflict), refusedBy(officialUpdateInstance, as[*types.ConflictException]), floorRefused(floorUpdateInstance)},
	}, []Case{
		{
			Name:   "client",
			Ours:   func() error { _, err := clients.Proton(clients.Target{}); return err },
			Theirs: func() error { clients.OfficialProton(clients.Target{}); return nil },
		},
		awsSigning("proton"),
	}}
}

var spec = document("service_spec.yaml")

func updateInstance(t clients.Target) (func() error, error) {
	c, err := clients.Proton(t)
	return func() error {
		_, err := c.UpdateServiceInstance(context.Background(), proton.UpdateServiceInstanceRequest{
			ServiceName: "checkout", Name: "checkout-live", DeploymentType: proton.DeploymentUpdateTypeMinorVersion, Spec: spec, ClientToken: requestID,
		})
		return err
	}, err
}

func officialUpdateInstance(t clients.Target) (func() error, error) {
	c := clients.OfficialProton(t)
	return func() error {
		//lint:ignore SA1019 all operations of Proton are deprecated
		_, err := c.UpdateServiceInstance(context.Background(), &official.UpdateServiceInstanceInput{
			ServiceName: aws.String("checkout"), Name: aws.String("checkout-live"), DeploymentType: types.DeploymentUpdateTypeMinorVersion, Spec: &spec, ClientToken: aws.String(requestID),
		})
		return err
	}, nil
}

// floorInstance has the times as numbers, as encoding/json reads them.
type floorInstance struct {
	proton.ServiceInstance
	CreatedAt                 float64 `json:"createdAt"`
	LastDeploymentAttemptedAt float64 `json:"lastDeploymentAttemptedAt"`
	LastDeploymentSucceededAt float64 `json:"lastDeploymentSucceededAt"`
}

func floorUpdateInstance(f *floor) func() error {
	return func() error {
		var out struct {
			ServiceInstance floorInstance `json:"serviceInstance"`
		}
		return f.call("POST", "/", proton.UpdateServiceInstanceRequest{
			ServiceName: "checkout", Name: "checkout-live", DeploymentType: proton.DeploymentUpdateTypeMinorVersion, Spec: spec, ClientToken: requestID,
		}, &out)
	}
}

func getInstance(t clients.Target) (func() error, error) {
	c, err := clients.Proton(t)
	return func() error {
		_, err := c.GetServiceInstance(context.Background(), proton.GetServiceInstanceRequest{ServiceName: "checkout", Name: "checkout-live"})
		return err
	}, err
}

func officialGetInstance(t clients.Target) (func() error, error) {
	c := clients.OfficialProton(t)
	return func() error {
		//lint:ignore SA1019 all operations of Proton are deprecated
		_, err := c.GetServiceInstance(context.Background(), &official.GetServiceInstanceInput{ServiceName: aws.String("checkout"), Name: aws.String("checkout-live")})
		return err
	}, nil
}

func floorGetInstance(f *floor) func() error {
	return func() error {
		var out struct {
			ServiceInstance floorInstance `json:"serviceInstance"`
		}
		return f.call("POST", "/", proton.GetServiceInstanceRequest{ServiceName: "checkout", Name: "checkout-live"}, &out)
	}
}

func listInstances(t clients.Target) (func() error, error) {
	c, err := clients.Proton(t)
	return func() error {
		out, err := c.ListServiceInstances(context.Background(), proton.ListServiceInstancesRequest{ServiceName: "checkout", MaxResults: 100})
		if err != nil {
			return err
		}
		return complete(len(out.ServiceInstances))
	}, err
}

func officialListInstances(t clients.Target) (func() error, error) {
	c := clients.OfficialProton(t)
	return func() error {
		//lint:ignore SA1019 all operations of Proton are deprecated
		out, err := c.ListServiceInstances(context.Background(), &official.ListServiceInstancesInput{ServiceName: aws.String("checkout"), MaxResults: aws.Int32(100)})
		if err != nil {
			return err
		}
		return complete(len(out.ServiceInstances))
	}, nil
}

type floorInstances struct {
	ServiceInstances []struct {
		proton.ServiceInstanceSummary
		CreatedAt                 float64 `json:"createdAt"`
		LastDeploymentAttemptedAt float64 `json:"lastDeploymentAttemptedAt"`
		LastDeploymentSucceededAt float64 `json:"lastDeploymentSucceededAt"`
	} `json:"serviceInstances"`
	NextToken string `json:"nextToken"`
}

func floorListInstances(f *floor) func() error {
	return func() error {
		var out floorInstances
		err := f.call("POST", "/", proton.ListServiceInstancesRequest{ServiceName: "checkout", MaxResults: 100}, &out)
		if err != nil {
			return err
		}
		return complete(len(out.ServiceInstances))
	}
}
