package recording

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/internal/sign"
	"github.com/polycloud-sdk/polycloud-go/internal/wire"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
)

// A scrubber removes secrets from one exchange.
type scrubber struct {
	hidden   []string // the parts of the request's signature, longest first
	accounts []account
}

// shortest is the length from which a string can be a secret. Shorter ones are in ordinary words too.
const shortest = 8

// newScrubber returns a scrubber for the exchange of a request. It also hides the given secrets.
func newScrubber(r *sign.Request, accounts []account, secrets ...string) *scrubber {
	query, _ := url.ParseQuery(r.Query)
	found := slices.Concat(secrets, signatureParts(r.Header.Get("Authorization")))
	for _, name := range []string{
		"X-Amz-Security-Token", "X-Acs-Security-Token", "X-Acs-Accesskey-Id", "X-Acs-Signature-Nonce", "X-Tc-Token",
	} {
		found = append(found, r.Header[name]...)
	}
	for _, name := range []string{"X-Amz-Security-Token", "X-Amz-Signature", "Signature", "SecretId", "Token"} {
		found = append(found, query[name]...)
	}
	s := &scrubber{accounts: accounts}
	for _, secret := range found {
		if len(secret) >= shortest {
			s.hidden = append(s.hidden, secret, url.QueryEscape(secret))
		}
	}
	slices.SortFunc(s.hidden, func(a, b string) int { return len(b) - len(a) })
	return s
}

// credentialPart finds the key and the signature in a header of the form "Credential=…, Signature=…".
var credentialPart = regexp.MustCompile(`(?:Credential|Signature)=([^,/\s]+)`)

// signatureParts returns the key and the signature of an Authorization header.
func signatureParts(authorization string) []string {
	if rest, ok := strings.CutPrefix(authorization, "acs "); ok {
		return strings.SplitN(rest, ":", 2)
	}
	var parts []string
	for _, match := range credentialPart.FindAllStringSubmatch(authorization, -1) {
		parts = append(parts, match[1])
	}
	return parts
}

// signedURL finds what gives access in the addresses of signed downloads and uploads.
var signedURL = regexp.MustCompile(`(?i)([?&](?:` +
	`x-amz-signature|x-amz-credential|x-amz-security-token|signature|x-oss-signature|x-oss-credential|x-oss-security-token|` +
	`security-token|ossaccesskeyid|awsaccesskeyid|x-cos-security-token|q-signature|q-ak|sign|token|accesstoken` +
	`)=)[^&#\s"'<>\\]+`)

// text scrubs a string.
func (s *scrubber) text(value string) string {
	for _, secret := range s.hidden {
		value = strings.ReplaceAll(value, secret, wire.Redacted)
	}
	value = signedURL.ReplaceAllString(value, "${1}"+wire.Redacted)
	for _, a := range s.accounts {
		value = a.replaceIn(value)
	}
	return value
}

// request returns what is stored of a request, with its body parsed.
func (s *scrubber) request(op front.Operation, r *sign.Request) (Request, error) {
	stored := Request{Method: r.Method, Path: s.path(r.Path), Header: map[string]string{}}
	query, err := url.ParseQuery(r.Query)
	if err != nil {
		return stored, errors.New("the query of the request cannot be parsed")
	}
	for field := range op.Request.Fields() {
		tag := field.Tag
		if name := tag.Get("query"); name != "" && query.Has(name) {
			if stored.Query == nil {
				stored.Query = url.Values{}
			}
			stored.Query[name] = s.values(query[name], tag)
		}
		if name := tag.Get("header"); name != "" && r.Header.Get(name) != "" {
			stored.Header[http.CanonicalHeaderKey(name)] = s.values([]string{r.Header.Get(name)}, tag)[0]
		}
	}
	if len(bytes.TrimSpace(r.Body)) == 0 {
		return stored, nil
	}
	document, err := parseJSON(r.Body)
	if err != nil {
		return stored, errors.New("the body of the request is not JSON")
	}
	stored.Body, err = encodeJSON(s.body(document, op.Request))
	return stored, err
}

// path scrubs each segment of an escaped path, so that it stays of the operation's form.
func (s *scrubber) path(escaped string) string {
	segments := strings.Split(escaped, "/")
	for i, segment := range segments {
		plain, err := url.PathUnescape(segment)
		if err != nil {
			continue
		}
		if scrubbed := s.text(plain); scrubbed != plain {
			segments[i] = url.PathEscape(scrubbed)
		}
	}
	return strings.Join(segments, "/")
}

func (s *scrubber) values(values []string, tag reflect.StructTag) []string {
	scrubbed := make([]string, len(values))
	for i, value := range values {
		scrubbed[i] = s.text(value)
		if tag.Get("sensitive") == "true" && value != "" {
			scrubbed[i] = wire.Redacted
		}
	}
	return scrubbed
}

// response returns what is stored of a response.
func (s *scrubber) response(op front.Operation, status int, header http.Header, body []byte) (Response, error) {
	stored := Response{Status: status, Header: map[string]string{}}
	for _, name := range responseHeaders {
		if value := header.Get(name); value != "" {
			stored.Header[name] = s.text(value)
		}
	}
	if len(bytes.TrimSpace(body)) == 0 {
		return stored, nil
	}
	document, err := parseJSON(body)
	switch {
	case err == nil:
		stored.Body, err = encodeJSON(s.body(document, op.Response))
		return stored, err
	case hasSensitive(op.Response, map[reflect.Type]bool{}) && strings.Contains(header.Get("Content-Type"), "json"):
		stored.Text = wire.Redacted // where its secrets are cannot be told
	default:
		stored.Text = s.stream(string(body), op.Response)
	}
	return stored, nil
}

// stream scrubs a text that is not JSON. In a stream of events, the data of each is.
func (s *scrubber) stream(text string, t reflect.Type) string {
	lines := strings.SplitAfter(text, "\n")
	for i, line := range lines {
		data, ok := strings.CutPrefix(line, "data:")
		if document, err := parseJSON([]byte(data)); ok && err == nil {
			if encoded, err := encodeJSON(s.body(document, t)); err == nil {
				lines[i] = "data: " + string(encoded) + line[len(strings.TrimRight(line, "\r\n")):]
				continue
			}
		}
		lines[i] = s.text(line)
	}
	return strings.Join(lines, "")
}

// body scrubs the document of a request or a response of type t.
func (s *scrubber) body(document any, t reflect.Type) any {
	for field := range t.Fields() {
		if field.Tag.Get("payload") != "" {
			return s.value(document, field.Type, field.Tag.Get("sensitive") == "true")
		}
	}
	object, ok := document.(map[string]any)
	if _, known := member(t, envelopeMember); ok && !known && len(object) == 1 && object[envelopeMember] != nil {
		return map[string]any{envelopeMember: s.value(object[envelopeMember], t, false)}
	}
	return s.value(document, t, false)
}

// envelopeMember is the only member of some services' responses.
const envelopeMember = "Response"

// value scrubs a value of type t; nil is a value of unknown type.
func (s *scrubber) value(v any, t reflect.Type, sensitive bool) any {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch v := v.(type) {
	case map[string]any:
		scrubbed := make(map[string]any, len(v))
		for name, inner := range v {
			innerType, innerSensitive := innerType(t, name)
			scrubbed[s.text(name)] = s.value(inner, innerType, sensitive || innerSensitive)
		}
		return scrubbed
	case []any:
		scrubbed := make([]any, len(v))
		for i, inner := range v {
			innerType, _ := innerType(t, "")
			scrubbed[i] = s.value(inner, innerType, sensitive)
		}
		return scrubbed
	case nil:
		return nil
	case string:
		if sensitive && v != "" {
			return wire.Redacted
		}
		return s.text(v)
	}
	if sensitive {
		return wire.Redacted
	}
	if number, ok := v.(json.Number); ok {
		return json.Number(s.number(number.String()))
	}
	return v
}

// number replaces a number that is one of the accounts.
func (s *scrubber) number(text string) string {
	for _, a := range s.accounts {
		if text == a.number && !strings.HasPrefix(a.standIn, "0") {
			return a.standIn
		}
	}
	return text
}

// innerType returns the type of a member, of the values of a map or of the items of a list, and whether it is
// sensitive.
func innerType(t reflect.Type, name string) (reflect.Type, bool) {
	switch {
	case t == nil:
		return nil, false
	case t.Kind() == reflect.Struct:
		field, ok := member(t, name)
		if !ok {
			return nil, false
		}
		return field.Type, field.Tag.Get("sensitive") == "true"
	case t.Kind() == reflect.Map, t.Kind() == reflect.Slice:
		return t.Elem(), false
	}
	return nil, false
}

// member returns the field of a JSON member in any letter case, because some services change theirs.
func member(t reflect.Type, name string) (reflect.StructField, bool) {
	for field := range t.Fields() {
		if tag, _, _ := strings.Cut(field.Tag.Get("json"), ","); tag != "" && strings.EqualFold(tag, name) {
			return field, true
		}
	}
	return reflect.StructField{}, false
}

// hasSensitive reports whether a type has a sensitive member.
func hasSensitive(t reflect.Type, seen map[reflect.Type]bool) bool {
	if seen[t] {
		return false
	}
	seen[t] = true
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		return hasSensitive(t.Elem(), seen)
	case reflect.Struct:
		for field := range t.Fields() {
			if field.Tag.Get("sensitive") == "true" || hasSensitive(field.Type, seen) {
				return true
			}
		}
	}
	return false
}

// parseJSON parses one JSON value and keeps its numbers as they are.
func parseJSON(data []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var document any
	if err := d.Decode(&document); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("has data after the JSON value")
	}
	return document, nil
}

func encodeJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSpace(b.Bytes()), err
}
