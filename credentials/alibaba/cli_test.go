package alibaba_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/credentials/alibaba"
)

// keysOf is the part of a profile with a user's keys.
const keysOf = `"access_key_id":"` + longID + `","access_key_secret":"` + longSecret + `"`

// printing is a command that prints this: this test's own program, so that it runs on every system.
func printing(t testing.TB, what string) string {
	t.Helper()
	program, err := os.Executable()
	require.NoError(t, err)
	file := home(t, map[string]string{"out": what}) + "/out"
	return fmt.Sprintf(`"process_command":%q`, fmt.Sprintf("'%s' %s '%s'", program, commandArgument, file))
}

const commandArgument = "print-a-file"

// TestMain is the command of profiles in mode External too.
func TestMain(m *testing.M) {
	if len(os.Args) != 3 || os.Args[1] != commandArgument {
		os.Exit(m.Run())
	}
	content, err := os.ReadFile(os.Args[2])
	if err != nil || string(content) == "fail" {
		fmt.Fprint(os.Stderr, longSecret)
		os.Exit(3)
	}
	if string(content) == "hang" {
		select {}
	}
	fmt.Print(string(content))
	os.Exit(0)
}

func TestModes(t *testing.T) {
	t.Parallel()
	later := time.Now().Add(time.Hour)
	login := keysOf + fmt.Sprintf(`,"sts_token":"loginToken","sts_expiration":%d`, later.Unix())
	over := keysOf + `,"sts_token":"loginToken","sts_expiration":1600000000`
	role := `"ram_role_arn":"` + roleARN + `","ram_session_name":"s1","expired_seconds":900`
	user := `{"name":"user","mode":"AK",` + keysOf + `}`
	const long, given, logged = "long-term", "given", "login"
	tests := []struct {
		name, profile string
		more          []string
		want          string // which keys, or the error
	}{
		{"AK", `"mode":"AK",` + keysOf, nil, long},
		{"AK in other letters", `"mode":"ak",` + keysOf, nil, long},
		{"no mode, keys", keysOf, nil, long},
		{"no mode, role", keysOf + "," + role, nil, given},
		{"StsToken", `"mode":"StsToken",` + keysOf + `,"sts_token":"loginToken"`, nil, logged},
		{"StsToken without one", `"mode":"StsToken",` + keysOf, nil, "sts_token is empty"},
		{"RamRoleArn", `"mode":"RamRoleArn",` + keysOf + "," + role, nil, given},
		{"RamRoleArn without a role", `"mode":"RamRoleArn",` + keysOf, nil, "the role's ARN is not of the form acs:ram::ACCOUNT:role/NAME, it has 0 bytes"},
		{"RamRoleArn too short", `"mode":"RamRoleArn",` + keysOf + `,"ram_role_arn":"` + roleARN + `","expired_seconds":60`, nil,
			"the role's duration is not whole seconds from 15 minutes to 12 hours, but 1m0s"},
		{"RamRoleArn without keys", `"mode":"RamRoleArn",` + role, nil, "access_key_id is empty"},
		{"EcsRamRole", `"mode":"EcsRamRole"`, nil, given},
		{"EcsRamRole by name", `"mode":"EcsRamRole","ram_role_name":"ecs-role"`, nil, given},
		{"EcsRamRole of another", `"mode":"EcsRamRole","ram_role_name":"other"`, nil, "metadata service of ECS: the instance does not have the RAM role that is named"},
		{"EcsRamRole, hostile", `"mode":"EcsRamRole","ram_role_name":"../x"`, nil, "the name of the ECS RAM role is not"},
		{"RamRoleArnWithRoleName", `"mode":"RamRoleArnWithRoleName","ram_role_name":"ecs-role",` + role, nil, "given second"},
		{"OIDC", `"mode":"OIDC","oidc_provider_arn":"` + providerARN + `","oidc_token_file":"TOKEN",` + role, nil, given},
		{"OIDC without a file", `"mode":"OIDC","oidc_provider_arn":"` + providerARN + `",` + role, nil, "the OIDC token file is not named"},
		{"OIDC without a provider", `"mode":"OIDC","oidc_token_file":"TOKEN",` + role, nil, "the ARN of the OIDC provider is not of the form"},
		{"ChainableRamRoleArn", `"mode":"ChainableRamRoleArn","source_profile":"user",` + role, []string{user}, given},
		{"ChainableRamRoleArn of a role", `"mode":"ChainableRamRoleArn","source_profile":"mid",` + role,
			[]string{`{"name":"mid","mode":"ChainableRamRoleArn","source_profile":"user",` + role + `}`, user}, "given second"},
		{"ChainableRamRoleArn of none", `"mode":"ChainableRamRoleArn",` + role, nil, "source_profile is empty"},
		{"ChainableRamRoleArn of a missing one", `"mode":"ChainableRamRoleArn","source_profile":"user",` + role, nil,
			"source_profile names a profile that the file does not have"},
		{"ChainableRamRoleArn of itself", `"mode":"ChainableRamRoleArn","source_profile":"p",` + role, nil, "source_profile leads in a circle"},
		{"CredentialsURI", `"mode":"CredentialsURI","credentials_uri":"URI/keys"`, nil, given},
		{"CredentialsURI without one", `"mode":"CredentialsURI"`, nil, "credentials_uri is not an address that begins with http:// or https://"},
		{"CloudSSO", `"mode":"CloudSSO",` + login, nil, logged},
		{"CloudSSO expired", `"mode":"CloudSSO",` + over, nil, "expired at 2020-09-13T12:26:40Z: run any command of the CLI, such as " +
			"`aliyun sts GetCallerIdentity --profile p`, or log in with `aliyun configure --profile p --mode CloudSSO`"},
		{"CloudSSO without a login", `"mode":"CloudSSO"`, nil, "it has no credentials of a login: run `aliyun configure --profile p --mode CloudSSO`"},
		{"OAuth", `"mode":"OAuth",` + login, nil, logged},
		{"OAuth expired", `"mode":"OAuth",` + over, nil, "`aliyun configure --profile p --mode OAuth`"},
		{"External AK", `"mode":"External",` + printing(t, `{"mode":"AK",`+keysOf+`}`), nil, long},
		{"External StsToken", `"mode":"External",` + printing(t, fmt.Sprintf(`{"mode":"StsToken",%s,"sts_token":"loginToken","expiration":%q}`,
			keysOf, later.UTC().Format(time.RFC3339))), nil, logged},
		{"External without an end", `"mode":"External",` + printing(t, `{"mode":"StsToken",`+keysOf+`,"sts_token":"loginToken"}`), nil, logged},
		{"External of another mode", `"mode":"External",` + printing(t, `{"mode":"EcsRamRole"}`), nil, "the output of process_command: its mode is not AK or StsToken"},
		{"External with a wrong end", `"mode":"External",` + printing(t, `{"mode":"StsToken",`+keysOf+`,"sts_token":"t","expiration":"`+longSecret+`"}`), nil,
			"the output of process_command: its expiration is not a time"},
		{"External with text", `"mode":"External",` + printing(t, longSecret), nil, "the output of process_command: unexpected response: it is not a JSON object"},
		{"External with broken JSON", `"mode":"External",` + printing(t, `{"mode":`+longSecret), nil, "the output of process_command: unexpected response: it is not valid JSON"},
		{"External with too much", `"mode":"External",` + printing(t, strings.Repeat("x", 70_000)), nil, "process_command: it printed more than 64 KB"},
		{"External that fails", `"mode":"External",` + printing(t, "fail"), nil, "process_command: it failed: exit status 3"},
		{"External of nothing", `"mode":"External","process_command":"/no/such/` + longSecret + `"`, nil, "process_command: it could not be run"},
		{"External not in PATH", `"mode":"External","process_command":"` + longSecret + `"`, nil, "process_command: its program is not found"},
		{"RsaKeyPair", `"mode":"RsaKeyPair"`, nil, "mode RsaKeyPair is deprecated by the vendor and not supported: use AK, RamRoleArn or EcsRamRole"},
		{"BearerToken", `"mode":"BearerToken","bearer_token":"` + longSecret + `"`, nil, "mode BearerToken has no key to sign with"},
		{"Anonymous", `"mode":"Anonymous"`, nil, "mode Anonymous has no key to sign with"},
		{"unknown", `"mode":"` + longSecret + `"`, nil, "its mode is none that is known: it must be AK, StsToken,"},
		{"a secret as the ID", `"mode":"AK","access_key_id":"` + longSecret + ` x","access_key_secret":"s"`, nil, "access_key_id has characters that no access key ID has"},
		{"a number as the ID", `"mode":"AK","access_key_id":12345,"access_key_secret":"s"`, nil, "~/.aliyun/config.json: a member of its JSON has the wrong type"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			v := newVendor(t)
			token := home(t, map[string]string{inOIDC: oidcToken}) + "/token"
			profile := strings.NewReplacer("URI/", v.URL+"/", `"TOKEN"`, fmt.Sprintf("%q", token)).Replace(`{"name":"p",` + tt.profile + `}`)
			dir := home(t, profiles(append([]string{profile}, tt.more...)...))
			got, err := alibaba.Chain(append(v.options(), variables{}.option(), alibaba.WithHome(dir))...).Credentials(t.Context())
			switch tt.want {
			case given:
				require.NoError(t, err)
				isGiven(t, got, 1)
			case "given second":
				require.NoError(t, err)
				isGiven(t, got, 2)
			case long, logged:
				require.NoError(t, err)
				assert.Equal(t, longID, got.AccessKeyID)
				assert.Equal(t, longSecret, got.SecretAccessKey.Reveal())
				if assert.Equal(t, map[string]string{logged: "loginToken"}[tt.want], got.SessionToken.Reveal()); !got.Expires.IsZero() {
					assert.Equal(t, later.Unix(), got.Expires.Unix())
				}
			default:
				require.ErrorContains(t, err, tt.want)
				require.ErrorContains(t, err, "credentials of the aliyun CLI profile: ")
				assert.NotContains(t, fmt.Sprintf("%v %+v %#v", err, err, err), longSecret)
				assert.NotEmpty(t, cloud.KindOf(err))
				return
			}
			assert.Equal(t, "aliyun CLI profile p", got.Source)
		})
	}
}

func TestCLIFile(t *testing.T) {
	t.Parallel()
	user := `{"name":"user","mode":"AK",` + keysOf + `}`
	tests := []struct {
		name, file string
		env        variables
		want       string // empty for success
		goesOn     bool   // to the next source
	}{
		{"current", `{"current":"user","profiles":[` + user + `]}`, nil, "", false},
		{"a byte order mark", "\ufeff" + `{"current":"user","profiles":[` + user + `]}`, nil, "", false},
		{"by variable", `{"current":"x","profiles":[` + user + `]}`, variables{"ALIBABA_CLOUD_PROFILE": "user"}, "", false},
		{"default", strings.ReplaceAll(`{"profiles":[`+user+`]}`, `"user"`, `"default"`), nil, "", false},
		{"a null profile", `{"current":"user","profiles":[null,` + user + `]}`, nil, "", false},
		{"none is there", `{"current":"user","profiles":null}`, nil, "does not have the profile that its member current names", true},
		{"not configured yet", `{"current":"default","profiles":[{"name":"default","mode":"AK","access_key_id":"","access_key_secret":""}]}`, nil,
			"profile default of ~/.aliyun/config.json has no keys yet: run `aliyun configure`", true},
		{"not configured, but asked for", `{"profiles":[{"name":"user","mode":"AK"}]}`, variables{"ALIBABA_CLOUD_PROFILE": "user"}, "access_key_id is empty", false},
		{"turned off", `{"current":"user","profiles":[` + user + `]}`, variables{"ALIBABA_CLOUD_CLI_PROFILE_DISABLED": "TRUE"}, "turned off by ALIBABA_CLOUD_CLI_PROFILE_DISABLED", true},
		{"not JSON", longSecret, nil, "~/.aliyun/config.json: it is not valid JSON", false},
		{"empty", "", nil, "~/.aliyun/config.json: it is not valid JSON", false},
		{"a list", "[]", nil, "~/.aliyun/config.json: a member of its JSON has the wrong type", false},
		{"too long", strings.Repeat(" ", 1<<20+1), nil, "~/.aliyun/config.json cannot be read: it has more than 1 MB", false},
		{"another file that is missing", "{}", variables{"ALIBABA_CLOUD_CONFIG_FILE": "/no/such/file"}, "the file of ALIBABA_CLOUD_CONFIG_FILE cannot be read: no such file or directory", false},
		{"a folder", "{}", variables{"ALIBABA_CLOUD_CONFIG_FILE": "/"}, "the file of ALIBABA_CLOUD_CONFIG_FILE cannot be read: it is not a regular file", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := home(t, map[string]string{inCLI: tt.file})
			report := alibaba.Chain(tt.env.option(), alibaba.WithHome(dir), alibaba.WithoutMetadata()).Explain(t.Context())
			err := report[2].Err
			if tt.want == "" {
				require.NoError(t, err)
				assert.Equal(t, longID, report[2].AccessKeyID)
				return
			}
			require.ErrorContains(t, err, tt.want)
			assert.NotContains(t, err.Error(), longSecret)
			assert.Equal(t, tt.goesOn, cloud.IsNotConfigured(err))
			assert.Equal(t, tt.goesOn, report[3].Tried)
		})
	}
}

func TestCredentialsFile(t *testing.T) {
	t.Parallel()
	user := "access_key_id = " + longID + "\naccess_key_secret = " + longSecret + "\n"
	tests := []struct{ name, file, want string }{
		{"access_key", "type = access_key    # a user\n" + user, "long"},
		{"sts", "type = sts\n" + user + "security_token = t\n", "long"},
		{"sts without a token", "type = sts\n" + user, "security_token is empty"},
		{"ram_role_arn", "type = ram_role_arn\n" + user + "role_arn = " + roleARN + "\nrole_session_name = s1\npolicy = {\"Version\": \"1\" #}\n", "given"},
		{"ram_role_arn without a role", "type = ram_role_arn\n" + user, "the role's ARN"},
		{"ram_role_arn without keys", "type = ram_role_arn\nrole_arn = " + roleARN, "access_key_id is empty"},
		{"ecs_ram_role", "type = ecs_ram_role\nrole_name = ecs-role\n", "given"},
		{"ecs_ram_role of the instance", "type = ecs_ram_role\n", "given"},
		{"oidc_role_arn", "type=oidc_role_arn\noidc_provider_arn=" + providerARN + "\noidc_token_file_path=TOKEN\nrole_arn=" + roleARN, "given"},
		{"credentials_uri", "type = credentials_uri\ncredentials_uri = URI/keys\n", "given"},
		{"rsa_key_pair", "type = rsa_key_pair\n", "type rsa_key_pair and bearer are not supported"},
		{"no type", user, "type is empty: it must be access_key, sts,"},
		{"unknown type", "type = " + longSecret + "\n", "type is none that is known: it must be access_key, sts,"},
		{"turned off", "type = access_key\nenable = false\n" + user, "the section has enable = false"},
		{"damaged", "type = access_key\n" + longSecret + "\n", "~/.alibabacloud/credentials: line 3 is neither"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			v := newVendor(t)
			token := home(t, map[string]string{inOIDC: oidcToken}) + "/token"
			dir := home(t, map[string]string{inFile: strings.NewReplacer("URI/", v.URL+"/", "TOKEN", token).Replace("[default]\n" + tt.file)})
			report := alibaba.Chain(append(v.options(), variables{}.option(), alibaba.WithHome(dir))...).Explain(t.Context())
			switch got := report[3]; tt.want {
			case "long":
				require.NoError(t, got.Err)
				assert.Equal(t, longID, got.AccessKeyID)
			case "given":
				require.NoError(t, got.Err)
				assert.Equal(t, "STS.key1", got.AccessKeyID)
			default:
				require.ErrorContains(t, got.Err, tt.want)
				assert.NotContains(t, report.String(), longSecret)
			}
		})
	}
}

// TestDisabledExternal checks the variable that turns off what a profile can run or ask.
func TestDisabledExternal(t *testing.T) {
	t.Parallel()
	for _, profile := range []string{`"mode":"External","process_command":"x"`, `"mode":"CredentialsURI","credentials_uri":"http://127.0.0.1"`} {
		env := variables{"ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS": "1", "HOME": home(t, profiles(`{"name":"p",`+profile+`}`))}
		_, err := alibaba.Chain(env.option()).Credentials(t.Context())
		require.ErrorContains(t, err, "because ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS is set")
	}
}
