package protocol

import (
	"bytes"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/internal/transport"
)

// xmlError is the error of a gateway in front of several APIs, in the form of an API that
// uses XML, with the elements Code, Message and RequestId somewhere in it, or an element that is
// named for the code.
type xmlError struct{ code, message, requestID string }

// maxXML is how much of a document is read; far more than any error has.
const maxXML = 64 << 10

// readXML finds the error in an XML document, reading as little as possible. An HTML page has none.
func readXML(body []byte) xmlError {
	text := string(body[:min(len(body), maxXML)])
	root := xmlRoot(text)
	if root == "" || strings.EqualFold(root, "html") {
		return xmlError{}
	}
	e := xmlError{
		code:      xmlText(text, "Code"),
		message:   FirstOf(xmlText(text, "Message"), xmlText(text, "message")),
		requestID: FirstOf(xmlText(text, "RequestId"), xmlText(text, "RequestID")),
	}
	if e.code == "" && (strings.HasSuffix(root, "Exception") || strings.HasSuffix(root, "Failure")) {
		e.code = root
	}
	return e
}

func isXML(body []byte) bool {
	body = bytes.TrimSpace(body)
	return len(body) > 0 && body[0] == '<'
}

// xmlRoot returns the name of the first element; "" if there is none, or if there is a document type, which the
// XML of services never has.
func xmlRoot(text string) string {
	for {
		text = strings.TrimSpace(text)
		after, ok := strings.CutPrefix(text, "<")
		if !ok || strings.HasPrefix(after, "!") && !strings.HasPrefix(after, "!--") {
			return ""
		}
		var end string
		switch {
		case strings.HasPrefix(after, "?"):
			end = "?>"
		case strings.HasPrefix(after, "!--"):
			end = "-->"
		default:
			name, _, _ := strings.Cut(after, ">")
			name = strings.TrimSuffix(name, "/")
			if i := strings.IndexAny(name, " \t\r\n"); i >= 0 {
				name = name[:i]
			}
			return name
		}
		_, text, _ = strings.Cut(after, end)
	}
}

// xmlText returns the text of the first element of that name without attributes.
func xmlText(text, name string) string {
	_, text, found := strings.Cut(text, "<"+name+">")
	if !found {
		return ""
	}
	text, _, found = strings.Cut(text, "</"+name+">")
	if !found {
		return ""
	}
	text = strings.TrimSpace(text)
	if inside, ok := strings.CutPrefix(text, "<![CDATA["); ok {
		return strings.TrimSuffix(inside, "]]>")
	}
	return unescapeXML(text)
}

func unescapeXML(text string) string {
	var b strings.Builder
	for {
		i := strings.IndexByte(text, '&')
		if i < 0 {
			b.WriteString(text)
			return b.String()
		}
		b.WriteString(text[:i])
		c, n := transport.CharacterReference(text[i:])
		if n == 0 {
			c, n = '&', 1
		}
		b.WriteByte(c)
		text = text[i+n:]
	}
}
