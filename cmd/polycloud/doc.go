// Polycloud is a command line for the four services:
//
//	go install github.com/polycloud-sdk/polycloud-go/cmd/polycloud@latest
//
//	polycloud call finspace GetKxCluster --help
//	polycloud change dlc SwitchDataEngineImage -d @switch.json --journal changes --name image-2
//	polycloud rollout run -f release.yaml
//
// README.md teaches it on one page.
package main
