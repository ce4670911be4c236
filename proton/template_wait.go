package proton

import (
	"context"
	"iter"
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

// Resource is what the change is about; the service numbers the version.
func (s *versionChange) Resource() string {
	if s.MajorVersion == "" {
		return s.TemplateName
	}
	return s.TemplateName + " " + s.MajorVersion + "." + s.MinorVersion
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

// A listedVersion is what a list shows of a version of either kind of template.
type listedVersion struct {
	major, minor, description string
	createdAt                 time.Time
}

// findVersion searches a list for the version that a request has created, and records it. asked is what the request asks
// for, and when it was prepared. Without a major version the list is documented to have those alone; a new one begins
// with minor version 0.
func findVersion[T any](
	s *versionChange, items iter.Seq2[T, error], show func(*T) listedVersion, asked listedVersion,
) (cloud.StartStatus, error) {
	found, status, err := wait.Creations[T]{
		Items:     items,
		PageSize:  pageSize,
		ID:        func(v *T) string { return show(v).major + "." + show(v).minor },
		CreatedAt: func(v *T) time.Time { return show(v).createdAt },
		Matches: func(v *T) bool {
			now := show(v)
			return (asked.major == "" || now.major == asked.major) && now.description == asked.description &&
				isSoonAfter(asked.createdAt, now.createdAt)
		},
	}.Since(asked.createdAt)
	if status != cloud.Begun {
		return status, err
	}
	v := show(found)
	if asked.major == "" && v.minor != "0" {
		return cloud.Uncertain, nil // a minor version that was added since, or to an older major version
	}
	s.MajorVersion, s.MinorVersion, s.CreatedAt = v.major, v.minor, v.createdAt
	return cloud.Begun, nil
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
