package finspace

import "testing"

func TestChangesetRules(t *testing.T) {
	t.Parallel()
	request := func(changes ...ChangeRequest) CreateKxChangesetRequest {
		return CreateKxChangesetRequest{EnvironmentID: "kx7example", DatabaseName: "taq", ChangeRequests: changes}
	}
	put := ChangeRequest{ChangeType: ChangeTypePut, DBPath: "/2026.11.21/", S3Path: "s3://ticks/2026.11.21/"}
	remove := ChangeRequest{ChangeType: ChangeTypeDelete, DBPath: "/2026.11.20/"}
	runCheckTests(t, []checkTest{
		{"replace a day", request(remove, put), nil},
		{"root", request(ChangeRequest{ChangeType: ChangeTypePut, DBPath: "/", S3Path: "s3://ticks/sym"}), nil},
		{"file", request(ChangeRequest{ChangeType: ChangeTypeDelete, DBPath: "/sym"}), nil},
		{"put nothing", request(remove, ChangeRequest{ChangeType: ChangeTypePut, DBPath: "/"}), []string{
			"changeRequests[1].s3Path: required with changeType PUT",
		}},
		{"delete from S3", request(ChangeRequest{ChangeType: ChangeTypeDelete, DBPath: "/", S3Path: "s3://ticks/sym"}), []string{
			`changeRequests[0].s3Path: must be empty with changeType DELETE, given "s3://ticks/sym"`,
		}},
		{"path with a wildcard", request(ChangeRequest{ChangeType: ChangeTypeDelete, DBPath: "*/2020.01.02/"}), nil},
		{"wildcard alone", request(ChangeRequest{ChangeType: ChangeTypeDelete, DBPath: "?sym"}), nil},
		{"path too deep", request(ChangeRequest{ChangeType: ChangeTypeDelete, DBPath: "/a/b/c/d"}), []string{
			`changeRequests[0].dbPath: must match ^(\*)*[\/\?\*]([^\/]+\/){0,2}[^\/]*$, given "/a/b/c/d"`,
		}},
	})
}
