package aws_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const secretText = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"

// home is an empty home directory, and an environment without any variable of AWS.
type home struct {
	t   *testing.T
	dir string
}

func newHome(t *testing.T) *home {
	h := &home{t, t.TempDir()}
	for _, entry := range os.Environ() {
		if name, _, _ := strings.Cut(entry, "="); strings.HasPrefix(name, "AWS_") {
			t.Setenv(name, "")
		}
	}
	t.Setenv("HOME", h.dir)
	t.Setenv("AWS_CONFIG_FILE", filepath.Join(h.dir, ".aws", "config"))
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", filepath.Join(h.dir, ".aws", "credentials"))
	t.Setenv("AWS_REGION", "us-east-1")
	return h
}

// write writes a file below the home directory and returns its name.
func (h *home) write(name, text string) string {
	file := filepath.Join(h.dir, name)
	require.NoError(h.t, os.MkdirAll(filepath.Dir(file), 0o700))
	require.NoError(h.t, os.WriteFile(file+".new", []byte(text), 0o600))
	require.NoError(h.t, os.Rename(file+".new", file)) // so that nothing reads half of it
	return file
}

// files returns all files of the home directory with content and time of change.
func (h *home) files() map[string]string {
	found := map[string]string{}
	require.NoError(h.t, filepath.WalkDir(h.dir, func(name string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		text := ""
		if !d.IsDir() {
			content, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			text = string(content)
		}
		found[name] = info.ModTime().String() + text
		return nil
	}))
	return found
}

// fakeAWS plays the services that hand out keys: each answer has the next key.
type fakeAWS struct {
	mu       sync.Mutex
	keys     int
	lifetime time.Duration
	requests []string
	faults   map[string]fault // by path
}

type fault struct {
	status int
	body   string
}

func newFake() *fakeAWS { return &fakeAWS{lifetime: time.Hour, faults: map[string]fault{}} }

// serve plays it over loopback for all services that tests use.
func (f *fakeAWS) serve(t *testing.T) string {
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	for _, name := range []string{
		"AWS_EC2_METADATA_SERVICE_ENDPOINT", "AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL_SSO", "AWS_ENDPOINT_URL_SSO_OIDC", "AWS_ENDPOINT_URL_SIGNIN",
	} {
		t.Setenv(name, server.URL)
	}
	return server.URL
}

// RoundTrip plays it in process, for virtual time.
func (f *fakeAWS) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Method = cmp.Or(r.Method, http.MethodGet)
	w := httptest.NewRecorder()
	f.ServeHTTP(w, r)
	return w.Result(), nil
}

// seen returns the requests so far.
func (f *fakeAWS) seen() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return strings.Join(f.requests, " ")
}

func (f *fakeAWS) fail(path string, status int, body string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.faults[path] = fault{status, body}
}

func (f *fakeAWS) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	action := ""
	if r.Method == http.MethodPost && r.URL.Path == "/" {
		action = r.PostFormValue("Action")
	}
	f.mu.Lock()
	f.requests = append(f.requests, r.Method+r.URL.Path+action)
	failed, isFault := f.faults[r.URL.Path+action]
	f.mu.Unlock()
	if isFault {
		w.WriteHeader(failed.status)
		fmt.Fprint(w, failed.body)
		return
	}
	switch r.Method + r.URL.Path {
	case "PUT/latest/api/token":
		w.Header().Set("X-Aws-Ec2-Metadata-Token-Ttl-Seconds", "300")
		fmt.Fprint(w, "metadata-token")
	case "GET/latest/meta-data/iam/security-credentials/":
		f.withMetadataToken(w, r, func() { fmt.Fprint(w, "node-role") })
	case "GET/latest/meta-data/iam/security-credentials/node-role":
		f.withMetadataToken(w, r, func() { f.writeJSON(w, "Code", "Success") })
	case "GET/latest/dynamic/instance-identity/document":
		f.withMetadataToken(w, r, func() { fmt.Fprint(w, `{"region": "eu-north-1"}`) })
	case "GET/container":
		if r.Header.Get("Authorization") != "container-token" {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		f.writeJSON(w, "", "")
	case "GET/federation/credentials":
		f.writeSSO(w, r)
	case "POST/token":
		fmt.Fprint(w, `{"accessToken": "renewed", "expiresIn": 3600, "refreshToken": "next"}`)
	case "POST/v1/token":
		f.writeLogin(w)
	case "POST/":
		f.writeSTS(w, r, action)
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

// withMetadataToken refuses requests of the first version of the metadata service.
func (f *fakeAWS) withMetadataToken(w http.ResponseWriter, r *http.Request, answer func()) {
	if r.Header.Get("X-Aws-Ec2-Metadata-Token") != "metadata-token" {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	answer()
}

// next returns the ID of a new key, and when it expires.
func (f *fakeAWS) next() (string, time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.keys++
	return fmt.Sprintf("ASIA%016d", f.keys), time.Now().Add(f.lifetime).UTC()
}

func (f *fakeAWS) writeJSON(w http.ResponseWriter, key, value string) {
	id, expires := f.next()
	_ = json.NewEncoder(w).Encode(map[string]string{
		"AccessKeyId": id, "SecretAccessKey": secretText, "Token": "session", "Expiration": expires.Format(time.RFC3339), key: value,
	})
}

func (f *fakeAWS) writeSSO(w http.ResponseWriter, r *http.Request) {
	if token := r.Header.Get("X-Amz-Sso_bearer_token"); token != "signed-in" && token != "renewed" {
		w.Header().Set("X-Amzn-Errortype", "UnauthorizedException")
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprint(w, `{"message": "Session token not found or invalid"}`)
		return
	}
	id, expires := f.next()
	_ = json.NewEncoder(w).Encode(map[string]any{"roleCredentials": map[string]any{
		"accessKeyId": id, "secretAccessKey": secretText, "sessionToken": "session", "expiration": expires.UnixMilli(),
	}})
}

func (f *fakeAWS) writeLogin(w http.ResponseWriter) {
	id, _ := f.next()
	_ = json.NewEncoder(w).Encode(map[string]any{
		"accessToken": map[string]string{"accessKeyId": id, "secretAccessKey": secretText, "sessionToken": "session"},
		"expiresIn":   900, "refreshToken": "next", "tokenType": "urn:aws:params:oauth:token-type:access_token_sigv4",
	})
}

const stsAnswer = `<%[1]sResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><%[1]sResult><Credentials><AccessKeyId>%[2]s</AccessKeyId>` +
	`<SecretAccessKey>` + secretText + `</SecretAccessKey><SessionToken>session</SessionToken><Expiration>%[3]s</Expiration></Credentials>` +
	`</%[1]sResult><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></%[1]sResponse>`

func stsError(code, message string) string {
	return `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>` + code + `</Code><Message>` +
		message + `</Message></Error><RequestId>1</RequestId></ErrorResponse>`
}

func (f *fakeAWS) writeSTS(w http.ResponseWriter, r *http.Request, action string) {
	if action == "AssumeRoleWithWebIdentity" && r.PostFormValue("WebIdentityToken") != "identity-token" ||
		action == "AssumeRole" && !strings.Contains(r.Header.Get("Authorization"), "Credential=A") {
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, stsError("AccessDenied", "Not authorized to perform sts:"+action))
		return
	}
	id, expires := f.next()
	fmt.Fprintf(w, stsAnswer, action, id, expires.Format(time.RFC3339))
}
