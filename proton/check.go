package proton

import (
	"fmt"
	"unicode/utf8"

	"github.com/polycloud-sdk/polycloud-go/internal/validate"
	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// The X_check.go files have the rules that Proton states only in prose.

// checkVersions refuses template versions if the deployment keeps the current one.
func checkVersions(p *validate.Problems, deployment DeploymentUpdateType, major, minor string) {
	if deployment != DeploymentUpdateTypeCurrentVersion {
		return
	}
	const rule = "must be empty with deploymentType CURRENT_VERSION"
	if major != "" {
		p.Add("templateMajorVersion", rule, major)
	}
	if minor != "" {
		p.Add("templateMinorVersion", rule, minor)
	}
}

// redacted is a string that errors must not repeat.
type redacted string

func (r redacted) String() string {
	return fmt.Sprintf(wire.Redacted+" (length %d)", utf8.RuneCountInString(string(r)))
}
