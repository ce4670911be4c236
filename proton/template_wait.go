package proton

import (
	"context"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// What the statuses of a version of a template mean for each wait.
var (
	versionRegistered = wait.Statuses[TemplateVersionStatus]{
		Succeeded: []TemplateVersionStatus{TemplateVersionStatusDraft, TemplateVersionStatusPublished},
		Failed:    []TemplateVersionStatus{TemplateVersionStatusRegistrationFailed},
	}
	versionDeleted wait.Statuses[TemplateVersionStatus] // no status means deleted
)

// versionChange is the resume state of the registration of a version of an environment or service template.
type versionChange struct {
	TemplateName string    `json:"templateName"`
	MajorVersion string    `json:"majorVersion"`
	MinorVersion string    `json:"minorVersion"`
	CreatedAt    time.Time `json:"createdAt,omitzero"` // of this version, because its number may be reused
}

// Check refuses a state that names no version.
func (s *versionChange) Check() error {
	return wait.Lacks("templateName", s.TemplateName, "majorVersion", s.MajorVersion, "minorVersion", s.MinorVersion)
}

// recordVersion records which version the response to the request is about. member is its name in the response.
func (s *versionChange) recordVersion(member, major, minor string, createdAt time.Time) error {
	switch "" {
	case major:
		return wait.NoMember("", member+".majorVersion")
	case minor:
		return wait.NoMember("", member+".minorVersion")
	}
	s.MajorVersion, s.MinorVersion, s.CreatedAt = major, minor, createdAt
	return nil
}

// A versionSnapshot is what a response shows of a version of either kind of template.
type versionSnapshot struct {
	createdAt time.Time
	status    TemplateVersionStatus
	message   string
}

// versionSpec describes a wait for a version, which usually takes seconds.
func versionSpec[Q, T any](get func(context.Context, Q) (*T, error), r Q, judge func(*T) cloud.Verdict) cloud.WaitSpec[T] {
	w := pollSpec(get, r, templateWithin, judge)
	w.MinInterval = wait.QuickInterval
	return w
}

// judge is judgeRegistered for this version, not another of its number.
func (s *versionChange) judge(now versionSnapshot) cloud.Verdict {
	v := judgeRegistered(now)
	if age := wait.Age(now.createdAt, s.CreatedAt); age != 0 {
		return replaced(v, age, "number")
	}
	return v
}

func judgeRegistered(now versionSnapshot) cloud.Verdict {
	return versionRegistered.Verdict(now.status, now.message)
}

func judgeVersionDeleted(now versionSnapshot) cloud.Verdict {
	return versionDeleted.Verdict(now.status, now.message)
}
