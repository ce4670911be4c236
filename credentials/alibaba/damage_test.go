package alibaba_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/credentials/alibaba"
)

// secretsOf are what the files below hold and nobody may see.
var secretsOf = []string{
	"Zq7SecretOfTheUser0Kq3Zp8VmN4x", "Tk9TokenOfTheLogin5Wm1Rx6BtY7d", "Bt4BearerTokenOfTheApp2LnQs5Gh", "Rf3RefreshTokenOfTheLogin8VcJ2",
}

var goodFiles = map[string]string{
	inCLI: `{
	"current": "p",
	"profiles": [
		{"name": "p", "mode": "StsToken", "access_key_id": "STS.NTexample", "access_key_secret": "` + secretsOf[0] + `",
		 "sts_token": "` + secretsOf[1] + `", "bearer_token": "` + secretsOf[2] + `", "oauth_refresh_token": "` + secretsOf[3] + `",
		 "region_id": "cn-hangzhou", "expired_seconds": 900, "enable_vpc": false},
		{"name": "q", "mode": "ChainableRamRoleArn", "source_profile": "p", "ram_role_arn": "` + roleARN + `"}
	]
}`,
	inFile: "[p]\ntype = sts\naccess_key_id = STS.NTexample\naccess_key_secret = " + secretsOf[0] + "\nsecurity_token = " + secretsOf[1] +
		"\n\n[q]\ntype = ram_role_arn\naccess_key_id = LTAIexample\naccess_key_secret = " + secretsOf[2] + "\nrole_arn = " + roleARN + "\nrole_session_name = " + secretsOf[3] + "\n",
}

// damaged returns the content with one to three kinds of damage.
func damaged(random *rand.Rand, content string) string {
	for range 1 + random.IntN(3) {
		if content == "" {
			break
		}
		at := random.IntN(len(content))
		end := min(len(content), at+1+random.IntN(40))
		switch random.IntN(7) {
		case 0: // cut off
			content = content[:at]
		case 1: // a piece is lost
			content = content[:at] + content[end:]
		case 2: // a piece comes twice
			content = content[:end] + content[at:]
		case 3: // a secret is where it does not belong
			content = content[:at] + secretsOf[random.IntN(len(secretsOf))] + content[at:]
		case 4: // punctuation
			content = content[:at] + string(`"{}[],:=\'#`[random.IntN(11)]) + content[end:]
		case 5: // bytes that are no text
			content = content[:at] + "\x00\xff" + content[at:]
		case 6: // a value is at another place
			lines := strings.SplitAfter(content, "\n")
			i, j := random.IntN(len(lines)), random.IntN(len(lines))
			lines[i], lines[j] = lines[j], lines[i]
			content = strings.Join(lines, "")
		}
	}
	return content
}

// TestDamagedFilesLeakNothing damages the files in 100 ways each, config.json, which the vendor's library prints, among them.
func TestDamagedFilesLeakNothing(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(15, 1))
	failed := 0
	for name, good := range goodFiles {
		for range 100 {
			content := damaged(random, good)
			for _, profile := range []string{"", "q"} {
				failed += checkNoSecret(t, home(t, map[string]string{name: content}), profile)
			}
		}
	}
	assert.Greater(t, failed, 100, "the damage is real")
}

// checkNoSecret uses a profile in every way that prints, and returns 1 if it failed.
func checkNoSecret(t testing.TB, dir, profile string) (failed int) {
	t.Helper()
	env := variables{"HOME": dir, "ALIBABA_CLOUD_PROFILE": profile}
	refusing := says(403, `{"Code":"NoPermission","Message":"`+secretsOf[0]+`"}`)
	chain := alibaba.Chain(env.option(), alibaba.WithTransport(refusing), alibaba.WithoutMetadata())
	c, err := chain.Credentials(t.Context())
	report := chain.Explain(t.Context())
	var printed strings.Builder
	printed.WriteString(fmt.Sprintf("%v %+v %#v\n%v %+v\n%s %+v %#v", err, err, err, c, c, report, report, report))
	for _, s := range report {
		printed.WriteString(fmt.Sprintf("%+v %#v %v", s, s, s.Err))
	}
	if slices.Contains(secretsOf, c.AccessKeyID) {
		return 0 // a secret under the name of an ID is one that nothing can tell from an ID
	}
	for _, secret := range secretsOf {
		for i := 0; i+16 <= len(secret); i++ { // not even a part of it
			require.NotContains(t, printed.String(), secret[i:i+16])
		}
	}
	if err != nil {
		return 1
	}
	return 0
}

// treeOf lists a folder with sizes, times and content.
func treeOf(t testing.TB, dir string) map[string]string {
	t.Helper()
	tree := map[string]string{}
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		tree[path] = fmt.Sprint(info.Mode(), info.ModTime().UnixNano())
		if info.Mode().IsRegular() {
			content, err := os.ReadFile(path)
			tree[path] += string(content)
			return err
		}
		return nil
	}))
	return tree
}

// TestNoFileIsWritten uses every mode whose keys the vendor's tools write back, with a home that could be written.
func TestNoFileIsWritten(t *testing.T) {
	t.Parallel()
	v := newVendor(t)
	role := `"ram_role_arn":"` + roleARN + `"`
	for _, profile := range []string{
		`"mode":"OAuth","oauth_refresh_token":"r","oauth_access_token":"a","oauth_site_type":"CN"`,
		`"mode":"OAuth",` + keysOf + `,"sts_token":"t","sts_expiration":4070908800`,
		`"mode":"CloudSSO","access_token":"a","cloud_sso_access_token_expire":4070908800`,
		`"mode":"External",` + printing(t, `{"mode":"StsToken",`+keysOf+`,"sts_token":"t","expiration":"2099-01-01T00:00:00Z"}`),
		`"mode":"RamRoleArn",` + keysOf + `,` + role,
		`"mode":"EcsRamRole"`,
	} {
		dir := home(t, profiles(`{"name":"p",`+profile+`}`))
		before := treeOf(t, dir)
		chain := alibaba.Chain(append(v.options(), variables{"HOME": dir}.option())...)
		for range 2 {
			_, _ = chain.Credentials(t.Context())
		}
		chain.Explain(t.Context())
		assert.Equal(t, before, treeOf(t, dir))
	}
	empty := t.TempDir()
	_, err := alibaba.Chain(variables{"HOME": empty}.option(), alibaba.WithoutMetadata()).Credentials(t.Context())
	require.Error(t, err)
	assert.Len(t, treeOf(t, empty), 1, "not even a folder is made")
}

func fuzzProfiles(f *testing.F, name string) {
	f.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	f.Add([]byte(goodFiles[name]))
	for range 10 {
		f.Add([]byte(damaged(random, goodFiles[name])))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		if bytes.Contains(bytes.ToLower(content), []byte("process")) || bytes.Contains(bytes.ToLower(content), []byte("external")) {
			t.Skip("it could run a command")
		}
		dir := home(t, map[string]string{name: string(content)})
		for _, profile := range []string{"", "q"} {
			checkNoSecret(t, dir, profile)
		}
	})
}

func FuzzCLIProfile(f *testing.F)      { fuzzProfiles(f, inCLI) }
func FuzzCredentialsFile(f *testing.F) { fuzzProfiles(f, inFile) }
