package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/internal/apigen/plan"
)

// edits of the tiny shop that rows share.
const (
	noteMember  = `"note": {"target": "example.shop#Note"}`
	soldMember  = `"sold": {"target": "smithy.api#Long"}`
	itemMember  = `"members": {"item": {"target": "example.shop#Item"}}`
	createURI   = `"uri": "/shops/{shopId}/items", "code": 200}}`
	listPages   = `"smithy.api#paginated": {"inputToken": "nextToken", "outputToken": "nextToken", "pageSize": "maxResults"}`
	listToken   = `"nextToken": {"target": "smithy.api#String"}`
	restJSON    = `"traits": {"aws.protocols#restJson1": {}}`
	overlayHook = `"int64"`
	oldFiles    = `"operations": ["CreateItem", "ListItems", "DeleteItem"]`
	itemArn     = `"fields": {"Item.itemArn": "Address"}`
)

// traits returns a member with a trait.
func traits(member, trait string) string {
	return strings.TrimSuffix(member, "}") + `, "traits": {` + trait + `}}`
}

// operation returns the shop with one more operation without input.
func operation(name string) [2]string {
	return [2]string{`"example.shop#DeleteItem": {`, `"example.shop#` + name + `": {"type": "operation", "output": {"target": "example.shop#ListItemsResponse"}, "traits": {
		"smithy.api#http": {"method": "POST", "uri": "/` + name + `", "code": 200}}}, "example.shop#DeleteItem": {`}
}

// TestKindsOfModels has what a model may contain: it is generated as the service needs it, or refused.
func TestKindsOfModels(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		model, overlay [][2]string
		refused        string   // why, or else
		code           []string // what the generated code matches
	}{
		// Done.
		"jsonName": {
			model: [][2]string{{noteMember, traits(noteMember, `"smithy.api#jsonName": "NoteText"`)}, {`"item": {"target": "example.shop#Item"}`, `"item": {"target": "example.shop#Item", "traits": {"smithy.api#jsonName": "thing"}}`}},
			code:  []string{"Note +\\*string +`json:\"NoteText,omitzero\"`", "Item +\\*Item +`json:\"thing,omitzero\"`", `Certain: \[\]string\{"thing.itemArn"\}`},
		},
		"jsonName of what is certain": {
			model: [][2]string{{listToken + `
   }`, listToken + `, "best": {"target": "example.shop#Item", "traits": {"smithy.api#required": {}, "smithy.api#jsonName": "top"}}
   }`}},
			code: []string{`Name: "ListItems", .*Certain: \[\]string\{"top"\}`},
		},
		"jsonName, which JSON-RPC ignores": {
			model: [][2]string{{noteMember, traits(noteMember, `"smithy.api#jsonName": "NoteText"`)}, {restJSON, `"traits": {"aws.protocols#awsJson1_0": {}}`}},
			code:  []string{"Note +\\*string +`json:\"note,omitzero\"`"},
		},
		"form of a time": {
			model: [][2]string{{`"madeAt": {"target": "smithy.api#Timestamp"}`, `"madeAt": {"target": "example.shop#At"}, "soldAt": {"target": "example.shop#Ats"}, "heardAt": {"target": "example.shop#Epoch"}`}, {`"example.shop#Note": {`,
				`"example.shop#At": {"type": "timestamp", "traits": {"smithy.api#timestampFormat": "date-time"}},
				"example.shop#Epoch": {"type": "timestamp", "traits": {"smithy.api#timestampFormat": "epoch-seconds"}},
				"example.shop#Ats": {"type": "list", "member": {"target": "example.shop#At", "traits": {"smithy.api#timestampFormat": "http-date"}}}, "example.shop#Note": {`}},
			code: []string{"MadeAt +time.Time +`json:\"madeAt,omitzero\" time:\"date-time\"`", "SoldAt +\\[\\]time.Time +`json:\"soldAt,omitzero\" time:\"http-date\"`", "HeardAt +time.Time +`json:\"heardAt,omitzero\"`"},
		},
		"form of a time that is unknown": {
			model:   [][2]string{{`"madeAt": {"target": "smithy.api#Timestamp"}`, traits(`"madeAt": {"target": "smithy.api#Timestamp"}`, `"smithy.api#timestampFormat": "julian"`)}},
			refused: `"julian" is no form of times`,
		},
		"times in a query, a header and a path": {
			model: [][2]string{
				{`"colors": {"target": "example.shop#Colors", "traits": {"smithy.api#httpQuery": "color"}}`, `"after": {"target": "smithy.api#Timestamp", "traits": {"smithy.api#httpQuery": "after"}},
					"before": {"target": "smithy.api#Timestamp", "traits": {"smithy.api#httpQuery": "before", "smithy.api#timestampFormat": "epoch-seconds"}},
					"unless": {"target": "smithy.api#Timestamp", "traits": {"smithy.api#httpHeader": "X-Unless"}}`},
				{`"itemId": {"target": "smithy.api#String",`, `"itemId": {"target": "smithy.api#Timestamp",`},
			},
			code: []string{"`query:\"after\" time:\"date-time\"`", "`query:\"before\" time:\"epoch-seconds\"`", "`header:\"X-Unless\" time:\"http-date\"`", "`path:\"itemId\" time:\"date-time\"`"},
		},
		"constant query": {
			model: [][2]string{{createURI, `"uri": "/shops/{shopId}/items?op=make&draft", "code": 200}}`}},
			code:  []string{`Path: "/shops/\{shopId\}/items", Query: "op=make&draft="`},
		},
		"header of a response": {
			model: [][2]string{{itemMember, `"members": {"item": {"target": "example.shop#Item"}, "etag": {"target": "smithy.api#String", "traits": {"smithy.api#httpHeader": "ETag"}}}`}},
			code:  []string{"Etag +string +`header:\"ETag\"`"},
		},
		"query of a response, which is none": {
			model: [][2]string{{itemMember, `"members": {"item": {"target": "example.shop#Item"}, "mode": {"target": "smithy.api#String", "traits": {"smithy.api#httpQuery": "mode", "smithy.api#httpLabel": {}}}}`}},
			code:  []string{"Mode +string +`json:\"mode,omitzero\"`"},
		},
		"awsJson1_1":           {model: [][2]string{{restJSON, `"traits": {"aws.protocols#awsJson1_1": {}}`}}, code: []string{`const contentType = "application/x-amz-json-1.1"`, `Method: "POST", Path: "/"`}},
		"awsJson1_0":           {model: [][2]string{{restJSON, `"traits": {"aws.protocols#awsJson1_0": {}}`}}, code: []string{`const contentType = "application/x-amz-json-1.0"`}},
		"restJson1":            {code: []string{`const contentType = "application/json"`}},
		"contentType":          {overlay: [][2]string{{overlayHook, `"contentType": "application/x-amz-json-1.1", "int64"`}}, code: []string{`const contentType = "application/x-amz-json-1.1"`}},
		"contentType as usual": {overlay: [][2]string{{overlayHook, `"contentType": "application/json", "int64"`}}, refused: "is that of the protocol: remove it"},
		"several protocols":    {model: [][2]string{{restJSON, `"traits": {"aws.protocols#restJson1": {}, "smithy.protocols#rpcv2Cbor": {}}`}}, code: []string{`Method: "DELETE"`}},
		"only SigV4":           {model: [][2]string{{restJSON, `"traits": {"aws.protocols#restJson1": {}, "smithy.api#auth": ["aws.auth#sigv4"]}`}}, code: []string{`Method: "DELETE"`}},
		"outputToken of another name": {
			model: [][2]string{{`"outputToken": "nextToken"`, `"outputToken": "page.following"`}, {listToken + `
   }`, `"page": {"target": "example.shop#Page"} } }, "example.shop#Page": {"type": "structure", "members": {"following": {"target": "smithy.api#String"}}`}},
			overlay: [][2]string{{`"mayBeAbsent": {}`, `"mayBeAbsent": {"it is the last": ["ListItems.page"]}`}},
			code:    []string{`From: "NextToken", Items: "Items", Next: "Page.Following"`},
		},
		"paging of the service": {
			model: [][2]string{{listPages, `"smithy.api#paginated": {"items": "items"}`}, {restJSON, `"traits": {"aws.protocols#restJson1": {}, "smithy.api#paginated": {"inputToken": "nextToken", "outputToken": "nextToken"}}`}},
			code:  []string{`From: "NextToken", Items: "Items", Next: "NextToken"`},
		},
		"paging by nothing":         {model: [][2]string{{listPages, `"smithy.api#paginated": {"items": "items"}`}}, refused: "ListItems pages, but neither the model nor the overlay says by what"},
		"paging by a missing token": {model: [][2]string{{`"outputToken": "nextToken"`, `"outputToken": "following"`}}, refused: `ListItems: "following" is not in the response`},
		"unsaid token in capitals": {
			model:   [][2]string{{listPages, `"smithy.api#readonly": {}`}, {`"nextToken": {"target": "smithy.api#String", "traits": {"smithy.api#httpQuery": "nextToken"}}`, `"NextToken": {"target": "smithy.api#String", "traits": {"smithy.api#httpQuery": "nextToken"}}`}},
			refused: "ListItems takes a NextToken",
		},
		"second list, items unsaid": {
			model:   [][2]string{{`"items": {"target": "example.shop#Items"},`, `"items": {"target": "example.shop#Items"}, "colors": {"target": "example.shop#Colors"},`}},
			refused: `ListItems: the items "" are not a list or structure of the response`,
		},
		"sensitive beside plain": {
			model: [][2]string{{noteMember, `"title": {"target": "example.shop#Note"}, ` + traits(noteMember, `"smithy.api#sensitive": {}`)}},
			code:  []string{`textNoteRedacted += validate.Text\{Max: 500, Sensitive: true\}`, `textNote += validate.Text\{Max: 500\}`, `"title", r.Title, &textNote\)`, `"note", r.Note, &textNoteRedacted\)`},
		},
		"largest integer": {
			model: [][2]string{{`"smithy.api#range": {"min": 1, "max": 100}`, `"smithy.api#range": {"min": -9223372036854775808, "max": 9223372036854775807}`}},
			code:  []string{`-9223372036854775808, 9223372036854775807\)`},
		},
		"beyond the largest integer": {
			model: [][2]string{{`"smithy.api#range": {"min": 1, "max": 100}`, `"smithy.api#range": {"min": 1, "max": 9223372036854775808}`}},
			code:  []string{`int64\(r.MaxResults\), 1, validate.NoMax\)`},
		},
		"length beyond any string": {
			model: [][2]string{{`"smithy.api#length": {"min": 0, "max": 500}`, `"smithy.api#length": {"min": 2, "max": 9223372036854775807}`}},
			code:  []string{`textNote += validate.Text\{Min: 2\}`},
		},
		"fraction of an integer": {
			model:   [][2]string{{`"smithy.api#range": {"min": 1, "max": 100}`, `"smithy.api#range": {"min": 0.5}`}},
			refused: "ListItemsRequest.maxResults: the limit 0.5 is no integer",
		},
		"two operations with one input": {
			model:   [][2]string{operation("PutItem"), {`"example.shop#PutItem": {"type": "operation",`, `"example.shop#PutItem": {"type": "operation", "input": {"target": "example.shop#ListItemsRequest"},`}, {`"uri": "/PutItem"`, `"uri": "/shops/{shopId}/put"`}},
			overlay: [][2]string{{oldFiles, `"operations": ["CreateItem", "ListItems", "DeleteItem", "PutItem"]`}, {overlayHook, `"pages": {"PutItem": {"items": "items"}}, "iterators": {"PutItem": "AllPutItems"}, "int64"`}},
			code:    []string{`func \(c \*Client\) PutItem\(ctx context.Context, r PutItemRequest\)`, `type PutItemRequest struct`, `type PutItemResponse struct`, `type ListItemsRequest struct`},
		},
		"structure that holds itself": {
			model: [][2]string{{soldMember, `"next": {"target": "example.shop#Item"}, "other": {"target": "example.shop#Other", "traits": {"smithy.api#required": {}}}`},
				{`"example.shop#Note": {`, `"example.shop#Other": {"type": "structure", "members": {"item": {"target": "example.shop#Item", "traits": {"smithy.api#required": {}}}}}, "example.shop#Note": {`}},
			code: []string{`Next +\*Item `, `Other +\*Other `, `Item +\*Item `},
		},
		"structure in lists and maps of itself": {
			model: [][2]string{{soldMember, `"parts": {"target": "example.shop#Items"}, "byName": {"target": "example.shop#ByName"}, "paid": {"target": "example.shop#Price", "traits": {"smithy.api#required": {}}}`},
				{`"example.shop#Note": {`, `"example.shop#ByName": {"type": "map", "key": {"target": "smithy.api#String"}, "value": {"target": "example.shop#Item"}}, "example.shop#Note": {`}},
			code: []string{`Parts +\[\]Item `, `ByName +map\[string\]Item `, `Paid +Price `},
		},
		"union that was a structure": {
			model: [][2]string{{`"example.shop#Price": {
   "type": "structure"`, `"example.shop#Price": {
   "type": "union"`}},
			code: []string{`Amount +\*float64 +.json:"amount,omitzero"`, `p.Union\("", r.Amount != nil, r.Currency != nil\)`},
		},
		"pattern longer than the length": {
			model: [][2]string{{`"smithy.api#length": {"min": 1, "max": 8}`, `"smithy.api#length": {"min": 1, "max": 8}, "smithy.api#pattern": "^[a-z]{2,20}$"`}},
			code:  []string{`textTagText += validate.Text\{Min: 2, Max: 8, Class: "a-z"\}`},
		},
		"pattern shorter than the length": {
			model: [][2]string{{`"smithy.api#length": {"min": 1, "max": 8}`, `"smithy.api#length": {"min": 3, "max": 8}, "smithy.api#pattern": "^[a-z]{2,5}$"`}},
			code:  []string{`textTagText += validate.Text\{Min: 3, Max: 5, Class: "a-z"\}`},
		},
		"required time": {
			model: [][2]string{{noteMember, `"dueDate": {"target": "smithy.api#Timestamp", "traits": {"smithy.api#required": {}}}, "paidDate": {"target": "smithy.api#Timestamp"}`}},
			code:  []string{`p.Present\("dueDate", !r.DueDate.IsZero\(\)\)`, "DueDate +time.Time +`json:\"dueDate\"`", "PaidDate +time.Time +`json:\"paidDate,omitzero\"`"},
		},
		"default of a shape, which is none of its members": {
			model: [][2]string{{`"count": {"target": "smithy.api#Integer"}`, `"count": {"target": "example.shop#Count"}`}, {`"example.shop#Note": {`, `"example.shop#Count": {"type": "integer", "traits": {"smithy.api#default": 0}}, "example.shop#Note": {`}},
			code:  []string{`Count +\*int `},
		},
		"default of a member": {
			model: [][2]string{{`"count": {"target": "smithy.api#Integer"}`, `"count": {"target": "smithy.api#Integer", "traits": {"smithy.api#default": 0}}`}},
			code:  []string{`Count +int `},
		},
		"null that differs from zero": {
			overlay: [][2]string{{overlayHook, `"nullable": ["Item.sold"], "int64"`}},
			code:    []string{`Sold +\*int `},
		},
		"null of nothing":           {overlay: [][2]string{{overlayHook, `"nullable": ["Item.gone"], "int64"`}}, refused: `"Item.gone" is not in the model`},
		"limits that nothing meets": {model: [][2]string{{`"smithy.api#range": {"min": 1, "max": 100}`, `"smithy.api#range": {"min": 10, "max": 1}`}}, refused: "ListItemsRequest.maxResults: nothing is within the limits 10 and 1"},

		// Refused, because it would be wrong on the wire.
		"event stream":             {model: [][2]string{{noteMember, traits(noteMember, `"smithy.api#streaming": {}`)}}, refused: "CreateItemRequest.note, of the operation CreateItem: the trait smithy.api#streaming is not generated"},
		"prefix headers":           {model: [][2]string{{`"tags": {"target": "example.shop#Tags"}`, traits(`"tags": {"target": "example.shop#Tags"}`, `"smithy.api#httpPrefixHeaders": "X-"`)}}, refused: "smithy.api#httpPrefixHeaders is not generated"},
		"map of a query":           {model: [][2]string{{`"tags": {"target": "example.shop#Tags"}`, traits(`"tags": {"target": "example.shop#Tags"}`, `"smithy.api#httpQueryParams": {}`)}}, refused: "smithy.api#httpQueryParams is not generated"},
		"status of a response":     {model: [][2]string{{soldMember, traits(soldMember, `"smithy.api#httpResponseCode": {}`)}}, refused: "smithy.api#httpResponseCode is not generated"},
		"host prefix":              {model: [][2]string{{createURI, `"uri": "/shops/{shopId}/items", "code": 200}, "smithy.api#endpoint": {"hostPrefix": "x."}}`}}, refused: "the operation CreateItem: the trait smithy.api#endpoint is not generated"},
		"compression":              {model: [][2]string{{createURI, `"uri": "/shops/{shopId}/items", "code": 200}, "smithy.api#requestCompression": {}}`}}, refused: "smithy.api#requestCompression is not generated"},
		"checksum":                 {model: [][2]string{{createURI, `"uri": "/shops/{shopId}/items", "code": 200}, "aws.protocols#httpChecksum": {}}`}}, refused: "aws.protocols#httpChecksum is not generated"},
		"no authentication":        {model: [][2]string{{createURI, `"uri": "/shops/{shopId}/items", "code": 200}, "smithy.api#optionalAuth": {}}`}}, refused: "smithy.api#optionalAuth is not generated"},
		"other authentication":     {model: [][2]string{{restJSON, `"traits": {"aws.protocols#restJson1": {}, "smithy.api#auth": ["smithy.api#httpBearerAuth"]}`}}, refused: "the service Shop: the trait smithy.api#auth is not generated"},
		"unsigned payload":         {model: [][2]string{{createURI, `"uri": "/shops/{shopId}/items", "code": 200}, "aws.auth#unsignedPayload": {}}`}}, refused: "aws.auth#unsignedPayload is not generated"},
		"parameter of an endpoint": {model: [][2]string{{noteMember, traits(noteMember, `"smithy.rules#contextParam": {}`)}}, refused: "smithy.rules#contextParam is not generated"},
		"sparse list":              {model: [][2]string{{`"example.shop#Items": {"type": "list", "member": {"target": "example.shop#Item"}}`, `"example.shop#Items": {"type": "list", "member": {"target": "example.shop#Item"}, "traits": {"smithy.api#sparse": {}}}`}}, refused: "Items, of the operation ListItems: the trait smithy.api#sparse is not generated"},
		"unknown trait":            {model: [][2]string{{soldMember, traits(soldMember, `"example.new#rule": {}`)}}, refused: "Item.sold, of the operation CreateItem: the trait example.new#rule is not generated"},
		"unknown trait that does not matter": {
			model:   [][2]string{{soldMember, traits(soldMember, `"example.new#rule": {}`)}},
			overlay: [][2]string{{overlayHook, `"ignore": {"example.new#rule": "servers follow it"}, "int64"`}},
			code:    []string{`Sold `},
		},
		"trait removed for a reason": {
			model:   [][2]string{{soldMember, traits(soldMember, `"example.new#rule": {}`)}},
			overlay: [][2]string{{overlayHook, `"apply": {"Item.sold": {"example.new#rule": null, "reason": "servers follow it"}}, "int64"`}},
			code:    []string{`Sold `},
		},
		"ignored without a reason": {overlay: [][2]string{{overlayHook, `"ignore": {"example.new#rule": ""}, "int64"`}}, refused: `the entry "example.new#rule" of ignore gives no reason`},
		"ignored, but followed":    {overlay: [][2]string{{overlayHook, `"ignore": {"smithy.api#required": "x"}, "int64"`}}, refused: "smithy.api#required, which is followed"},
		"unknown protocol":         {model: [][2]string{{restJSON, `"traits": {"smithy.protocols#rpcv2Cbor": {}}`}}, refused: "the service Shop has none of the protocols that are generated"},
		"no protocol":              {model: [][2]string{{restJSON, `"traits": {}`}}, refused: "the service Shop has none of the protocols"},
		"greedy label":             {model: [][2]string{{`items/{itemId}"`, `items/{itemId+}"`}}, refused: "DeleteItem: the greedy label {itemId+} of the path"},
		"label without a member":   {model: [][2]string{{`items/{itemId}"`, `items/{thingId}"`}}, refused: "DeleteItem: the label {thingId} of the path is no member of the request"},
		"member without a label":   {model: [][2]string{{`items/{itemId}"`, `items"`}}, refused: "DeleteItem: the member itemId of the request is not in the path"},
		"operation without a path": {model: [][2]string{{createURI, `"uri": "", "code": 200}}`}}, refused: "CreateItem: the operation has no method or no path"},
		"list in a header":         {model: [][2]string{{`"traits": {"smithy.api#httpQuery": "color"}`, `"traits": {"smithy.api#httpHeader": "X-Color"}`}}, refused: "ListItemsRequest.colors: a header of the operation ListItems cannot be generated: it is a list"},
		"structure in a query":     {model: [][2]string{{`"colors": {"target": "example.shop#Colors",`, `"colors": {"target": "example.shop#Price",`}}, refused: "ListItemsRequest.colors: a query of the operation ListItems cannot be generated: it is a structure"},
		"structures in a query":    {model: [][2]string{{`"colors": {"target": "example.shop#Colors",`, `"colors": {"target": "example.shop#Prices",`}}, refused: "cannot be generated: it is a list"},
		"map in a label":           {model: [][2]string{{`"itemId": {"target": "smithy.api#String"`, `"itemId": {"target": "example.shop#Tags"`}}, refused: "DeleteItemRequest.itemId: a label of the operation DeleteItem cannot be generated: it is a map"},
		"media type in a header":   {model: [][2]string{{noteMember, traits(noteMember, `"smithy.api#httpHeader": "X-Note", "smithy.api#mediaType": "application/json"`)}}, refused: "it has a mediaType"},
		"string as payload":        {model: [][2]string{{noteMember, traits(noteMember, `"smithy.api#httpPayload": {}`)}}, refused: "CreateItemRequest.note: a payload of the operation CreateItem cannot be generated: it is a string"},
		"payload of a response":    {model: [][2]string{{itemMember, `"members": {"item": {"target": "example.shop#Item", "traits": {"smithy.api#httpPayload": {}}}}`}}, refused: "CreateItemResponse.item: a payload of the operation CreateItem cannot be generated"},
		"certain header":           {model: [][2]string{{itemMember, `"members": {"item": {"target": "example.shop#Item"}, "etag": {"target": "smithy.api#String", "traits": {"smithy.api#httpHeader": "ETag"}}}`}}, overlay: [][2]string{{`["item.itemArn"]`, `["item.itemArn", "etag"]`}}, refused: `CreateItem: what is certain, "etag", is not in the body of the response`},
		"blob":                     {model: [][2]string{{soldMember, `"sold": {"target": "smithy.api#Blob"}`}}, refused: "Item.sold: shapes of type blob cannot be generated"},
		"big decimal":              {model: [][2]string{{soldMember, `"sold": {"target": "smithy.api#BigDecimal"}`}}, refused: "Item.sold: shapes of type bigDecimal cannot be generated"},
		"enum of numbers": {model: [][2]string{{`"example.shop#Color": {
   "type": "enum"`, `"example.shop#Color": {
   "type": "intEnum"`}}, refused: "shapes of type intEnum cannot be generated"},
		"new password": {model: [][2]string{{soldMember, soldMember + `, "AdminPassword": {"target": "smithy.api#String"}`}}, refused: "Item.AdminPassword is named like a secret"},

		// Refused, because it would not compile, and settled by the overlay.
		"operation like an iterator":           {model: [][2]string{operation("AllItems")}, overlay: listed("AllItems"), refused: "the name Client.AllItems is used for"},
		"operation like an iterator, settled":  {model: [][2]string{operation("AllItems")}, overlay: append(listed("AllItems"), [2]string{overlayHook, `"operations": {"AllItems": "GetAllItems"}, "int64"`}), code: []string{`\) GetAllItems\(ctx context.Context, r GetAllItemsRequest\)`, `opGetAllItems = transport.Operation\{Name: "AllItems"`}},
		"operation like a change":              {model: [][2]string{operation("BeginCreateItem")}, overlay: append(listed("BeginCreateItem"), [2]string{overlayHook, `"changes": {"CreateItem": {"polls": "Item"}}, "int64"`}), refused: "the name Client.BeginCreateItem is used for"},
		"operation like the resumption of all": {model: [][2]string{operation("Resume")}, overlay: append(listed("Resume"), [2]string{overlayHook, `"changes": {"CreateItem": {"polls": "Item"}}, "int64"`}), refused: "the name Client.Resume is used for"},
		"two iterators":                        {model: [][2]string{operation("DescribeItems")}, overlay: append(listed("DescribeItems"), [2]string{overlayHook, `"pages": {"DescribeItems": {"items": "items"}}, "int64"`}), refused: "the name Client.AllItems is used for the iterator of ListItems and for the iterator of DescribeItems: settle it in the overlay, under iterators"},
		"two iterators, settled":               {model: [][2]string{operation("DescribeItems")}, overlay: append(listed("DescribeItems"), [2]string{overlayHook, `"pages": {"DescribeItems": {"items": "items"}}, "iterators": {"DescribeItems": "AllItemDetails"}, "int64"`}), code: []string{`\) AllItemDetails\(`, `\) AllItems\(`}},
		"member validate":                      {model: [][2]string{{noteMember, `"validate": {"target": "example.shop#Note"}`}}, refused: "the name CreateItemRequest.Validate is used for the method of that name and for the member validate: settle it in the overlay, under fields"},
		"member validate, settled":             {model: [][2]string{{noteMember, `"validate": {"target": "example.shop#Note"}`}}, overlay: [][2]string{{itemArn, `"fields": {"Item.itemArn": "Address", "CreateItemRequest.validate": "ValidateFirst"}`}}, code: []string{"ValidateFirst +\\*string +`json:\"validate,omitzero\"`"}},
		"member format beside a secret":        {model: [][2]string{{soldMember, `"format": {"target": "smithy.api#Long"}`}}, refused: "the name Item.Format is used for the method of that name and for the member format"},
		"members that differ in case":          {model: [][2]string{{soldMember, `"url": {"target": "smithy.api#Long"}, "URL": {"target": "smithy.api#Long"}`}}, refused: "Item.URL is used for the members url and URL: settle it in the overlay, under fields"},
		"name that is none in Go":              {model: [][2]string{{soldMember, `"3dModel": {"target": "smithy.api#Long"}`}}, refused: `"3dModel" is no name in Go, for the member 3dModel: give it one under fields`},
		"name without letters":                 {model: [][2]string{{soldMember, `"***": {"target": "smithy.api#Long"}`}}, refused: `"" is no name in Go, for the member ***`},
		"values that differ in a sign":         {model: [][2]string{{`"RED": {`, `"A": {"target": "smithy.api#Unit", "traits": {"smithy.api#enumValue": "LIGHT-BLUE"}}, "RED": {`}}, refused: "the name ColorLightBlue is used for the value LIGHT-BLUE of Color and for the value LIGHT_BLUE of Color: settle it in the overlay, under enums"},
		"value like a type":                    {model: [][2]string{{`"example.shop#Price"`, `"example.shop#ColorLightBlue"`}}, refused: "the name ColorLightBlue is used for"},
		"names that are fine": {
			model: [][2]string{{noteMember, `"type": {"target": "example.shop#Note"}, "range": {"target": "example.shop#Note"}, "func": {"target": "example.shop#Note"}, "r": {"target": "example.shop#Note"},
				"p": {"target": "example.shop#Note"}, "i": {"target": "example.shop#Note"}, "check": {"target": "example.shop#Note"}, "_id": {"target": "example.shop#Note"}, "a_b": {"target": "example.shop#Note"}`}},
			code: []string{"Type +\\*string", "Range +\\*string", "Func +\\*string", "R +\\*string", "Check +\\*string", "ID +\\*string", "AB +\\*string"},
		},

		// Malformed.
		"list of itself":            {model: [][2]string{{`"example.shop#Items": {"type": "list", "member": {"target": "example.shop#Item"}}`, `"example.shop#Items": {"type": "list", "member": {"target": "example.shop#Items"}}`}}, refused: "the list Items holds nothing but itself"},
		"map of nothing":            {model: [][2]string{{`"type": "map", "key": {"target": "example.shop#TagText"}, "value": {"target": "example.shop#Note"}`, `"type": "map", "key": {"target": "example.shop#TagText"}`}}, refused: "the map Tags does not say what it holds"},
		"map without keys":          {model: [][2]string{{`"type": "map", "key": {"target": "example.shop#TagText"}, `, `"type": "map", `}}, refused: "the map Tags has no keys"},
		"shape without a type":      {model: [][2]string{{`"example.shop#Note": {"type": "string",`, `"example.shop#Note": {`}}, refused: "Note has no type"},
		"shape that is no object":   {model: [][2]string{{`"example.shop#Note": {`, `"example.shop#X": "y", "example.shop#Note": {`}}, refused: `"example.shop#X" is no shape`},
		"input that is a list":      {model: [][2]string{{`"input": {"target": "example.shop#ListItemsRequest"}`, `"input": {"target": "example.shop#Items"}`}}, refused: "the input or output of ListItems is example.shop#Items, which is a list"},
		"member without a target":   {model: [][2]string{{soldMember, `"sold": {}`}}, refused: "Item.sold refers to , which the model does not have"},
		"values of another form":    {model: [][2]string{{`"example.shop#Note": {"type": "string", "traits": {`, `"example.shop#Note": {"type": "string", "traits": {"smithy.api#enum": ["x"], `}}, refused: "Note has a malformed smithy.api#enum"},
		"pattern that is a number":  {model: [][2]string{{`"smithy.api#pattern": ".*"`, `"smithy.api#pattern": 7`}}, refused: "Shelf has a malformed smithy.api#pattern"},
		"header without a name":     {model: [][2]string{{noteMember, traits(noteMember, `"smithy.api#httpHeader": ""`)}}, refused: "CreateItemRequest.note has a malformed smithy.api#httpHeader"},
		"length that is a string":   {model: [][2]string{{`"smithy.api#length": {"min": 0, "max": 500}`, `"smithy.api#length": "500"`}}, refused: "Note has a malformed smithy.api#length"},
		"structure without a name":  {model: [][2]string{{`"example.shop#Note": {`, `"example.shop#": {"type": "string"}, "example.shop#Note": {`}}, refused: `"example.shop#" is no shape`},
		"member with an empty name": {model: [][2]string{{soldMember, `"": {"target": "smithy.api#Long"}`}}, refused: "Item has a member without a name"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			code, err := generateEdited(t, dir, tt.model, tt.overlay)
			if tt.refused != "" {
				require.ErrorContains(t, err, tt.refused)
				_, again := generateEdited(t, dir, tt.model, tt.overlay)
				assert.EqualError(t, again, err.Error(), "what is said does not depend on chance")
				return
			}
			require.NoError(t, err)
			for _, pattern := range tt.code {
				assert.Regexp(t, pattern, code)
			}
		})
	}
}

// listed is the overlay with one more operation.
func listed(name string) [][2]string {
	return [][2]string{{oldFiles, `"operations": ["CreateItem", "ListItems", "DeleteItem", "` + name + `"]`}}
}

// generateEdited generates the tiny shop after edits of its model and its overlay, and returns all code.
func generateEdited(t *testing.T, dir string, model, overlay [][2]string) (string, error) {
	t.Helper()
	for file, edits := range map[string][][2]string{"shop.json": model, "shop.overlay.json": overlay} {
		data, err := os.ReadFile(filepath.Join("testdata", "models", file))
		require.NoError(t, err)
		text := string(data)
		for _, edit := range edits {
			require.Contains(t, text, edit[0])
			text = strings.ReplaceAll(text, edit[0], edit[1])
		}
		require.NoError(t, os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600))
	}
	g, err := source{models: dir, pkg: "shop"}.load(plan.Names{})
	if err != nil {
		return "", err
	}
	files, err := g.Files()
	if err != nil {
		return "", err
	}
	var all strings.Builder
	for name, data := range files {
		if strings.HasPrefix(name, "shop/") {
			all.Write(data)
		}
	}
	return all.String(), nil
}

func TestDocumentationOfErrors(t *testing.T) {
	t.Parallel()
	g, err := source{models: "testdata/models", pkg: "shop"}.load(plan.Names{})
	require.NoError(t, err)
	g.Docs.Types["NoSuchItemException"] = "says that there is no such item."
	g.Docs.Fields["NoSuchItemException.message"] = "What is missing."
	files, err := g.Files()
	require.NoError(t, err)
	assert.Contains(t, string(files["shop/zz_errors.go"]), "\t// CodeNoSuchItemException says that there is no such item.\n\tCodeNoSuchItemException cloud.Code")
	assert.Empty(t, g.UnusedDocs(), "an error has documentation although no structure is generated for it")
}

// A zero that callers could send when a member was required is still sent when it is not.
func TestRequiredThatBecomesOptional(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"Boolean", "Integer", "Long", "Double"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			member := `"amount": {"target": "example.shop#Amount", "traits": {"smithy.api#required": {}}}`
			required := `"amount": {"target": "smithy.api#` + kind + `", "traits": {"smithy.api#required": {}}}`
			names := plan.Names{}
			_, err := loadChanged(t, names, map[string][2]string{"shop.json": {member, required}})
			require.NoError(t, err)
			g, err := loadChanged(t, names, map[string][2]string{"shop.json": {member, `"amount": {"target": "smithy.api#` + kind + `"}`}})
			require.NoError(t, err)
			files, err := g.Files()
			require.NoError(t, err)
			assert.Regexp(t, "Amount +(bool|int|float64) +`json:\"amount\"`", string(files["shop/zz_item.go"]), "it stays a value and is always sent")
		})
	}
}
