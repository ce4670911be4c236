package proton

import (
	"fmt"
	"unicode/utf8"

	"github.com/polycloud-sdk/polycloud-go/internal/validate"
	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// The rules that Proton states in prose, where no model has them, are in the check files of their resources.

// checkVersions refuses template versions where the present one is kept.
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
