package migration

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsproton "github.com/aws/aws-sdk-go-v2/service/proton"
	"github.com/aws/aws-sdk-go-v2/service/proton/types"

	"github.com/polycloud-sdk/polycloud-go/proton"
)

// before
func instancesBefore(ctx context.Context, client *awsproton.Client, service string) (names []string, err error) {
	pages := awsproton.NewListServiceInstancesPaginator(client, &awsproton.ListServiceInstancesInput{ServiceName: aws.String(service)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, instance := range page.ServiceInstances {
			names = append(names, aws.ToString(instance.Name))
		}
	}
	return names, nil
}

// after
func instancesAfter(ctx context.Context, client *proton.Client, service string) (names []string, err error) {
	for instance, err := range client.AllServiceInstances(ctx, proton.ListServiceInstancesRequest{ServiceName: service}) {
		if err != nil {
			return nil, err
		}
		names = append(names, instance.Name)
	}
	return names, nil
}

// before: the waiter ends at any SUCCEEDED, also that of the deployment before, and its error lacks the reason.
func deployBefore(ctx context.Context, client *awsproton.Client, service, instance, spec string, within time.Duration) error {
	_, err := client.UpdateServiceInstance(ctx, &awsproton.UpdateServiceInstanceInput{
		ServiceName: aws.String(service), Name: aws.String(instance), Spec: aws.String(spec),
		DeploymentType: types.DeploymentUpdateTypeCurrentVersion,
	})
	if err != nil {
		return err
	}
	return awsproton.NewServiceInstanceDeployedWaiter(client).Wait(ctx, &awsproton.GetServiceInstanceInput{
		ServiceName: aws.String(service), Name: aws.String(instance),
	}, within)
}

// after: the waiter ends at the deployment that this update started.
func deployAfter(ctx context.Context, client *proton.Client, service, instance, spec string) error {
	w, err := client.BeginUpdateServiceInstance(ctx, proton.UpdateServiceInstanceRequest{
		ServiceName: service, Name: instance, Spec: spec, DeploymentType: proton.DeploymentUpdateTypeCurrentVersion,
	})
	if err != nil {
		return err
	}
	_, err = w.Wait(ctx)
	return err
}
