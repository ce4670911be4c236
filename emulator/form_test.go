package emulator_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"hash"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/polycloud-sdk/polycloud-go/emulator"
)

// parameterCall signs as older clients of Tencent Cloud do, which the module does not implement: the signature
// covers method, host, path and the sorted parameters, and is one of them.
func parameterCall(t *testing.T, emu *emulator.Emulator, method, algorithm string, parameters url.Values) call {
	t.Helper()
	all := maps.Clone(parameters)
	for name, value := range map[string]string{
		"Action": "DescribeDataEngines", "Version": "2021-01-25", "Region": "ap-guangzhou", "Nonce": "1",
		"Timestamp": strconv.FormatInt(time.Now().Unix(), 10), "SecretId": emulator.AccessKeyID, "SignatureMethod": algorithm,
	} {
		if value != "" {
			all.Set(name, value)
		}
	}
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		pairs = append(pairs, name+"="+all.Get(name))
	}
	function := func() hash.Hash { return sha1.New() }
	if algorithm == "HmacSHA256" {
		function = sha256.New
	}
	mac := hmac.New(function, []byte(emulator.SecretAccessKey))
	mac.Write([]byte(method + strings.TrimPrefix(emu.URL(), "http://") + "/?" + strings.Join(pairs, "&")))
	all.Set("Signature", base64.StdEncoding.EncodeToString(mac.Sum(nil)))

	c := call{method: method, path: "/", query: all.Encode()}
	if method == http.MethodPost {
		c.query, c.body = "", all.Encode()
		c.header = http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	}
	return c
}
