package wire_test

import (
	"encoding/json"
	"net/url"
	"strconv"
	"testing"
	"time"

	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// Each benchmark has encoding/json beside ours, on the same document or value.

func BenchmarkDecode(b *testing.B) {
	b.Run("small", func(b *testing.B) {
		doc := []byte(`{"status":"RUNNING","clusterName":"prices-history","clusterType":"HDB","volumes":[{"volumeName":"volume-hot",` +
			`"volumeType":"NAS_1"}],"lastModifiedTimestamp":1761043200.457}`)
		decodeBoth[cluster[time.Time], cluster[epoch]](b, doc)
	})
	b.Run("cluster", func(b *testing.B) {
		decodeBoth[cluster[time.Time], cluster[epoch]](b, clusterDocument())
	})
	b.Run("list", func(b *testing.B) {
		decodeBoth[clusterList[time.Time], clusterList[epoch]](b, listDocument())
	})
}

func decodeBoth[W, S any](b *testing.B, doc []byte) {
	b.Run("wire", func(b *testing.B) {
		b.SetBytes(int64(len(doc)))
		b.ReportAllocs()
		for b.Loop() {
			var v W
			if err := wire.Unmarshal(doc, &v); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("std", func(b *testing.B) {
		b.SetBytes(int64(len(doc)))
		b.ReportAllocs()
		for b.Loop() {
			var v S
			if err := json.Unmarshal(doc, &v); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkSkip(b *testing.B) {
	doc := listDocument()
	b.SetBytes(int64(len(doc)))
	b.ReportAllocs()
	for b.Loop() {
		if err := wire.Unmarshal(doc, &struct{}{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncode(b *testing.B) {
	b.Run("update", func(b *testing.B) {
		v := sampleUpdate()
		encodeBoth(b, &v, &v)
	})
	b.Run("create", func(b *testing.B) {
		v, s := sampleCluster(sampleModified, sampleCreated), sampleCluster(epoch{sampleModified}, epoch{sampleCreated})
		encodeBoth(b, &v, &s)
	})
}

func encodeBoth(b *testing.B, v, s any) {
	b.Run("wire", func(b *testing.B) {
		b.ReportAllocs()
		var doc []byte
		for b.Loop() {
			doc = must(wire.Append(doc[:0], v))
		}
		b.SetBytes(int64(len(doc)))
	})
	b.Run("std", func(b *testing.B) {
		b.ReportAllocs()
		var doc []byte
		for b.Loop() {
			doc = must(json.Marshal(s))
		}
		b.SetBytes(int64(len(doc)))
	})
}

func BenchmarkBind(b *testing.B) {
	list := listClusters{Environment: "kxenv0123456789", Type: "HDB", Max: 100, Next: "bmV4dA==", Keys: []string{"team", "stage"}}
	b.Run("path+query", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			must(wire.Bind(nil, &list, "/kx/environments/{environmentId}/clusters", wire.SpaceAsPercent))
		}
	})
	b.Run("path+query/net-url", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			q := url.Values{"clusterType": {list.Type}, "maxResults": {strconv.Itoa(list.Max)}, "nextToken": {list.Next}, "tagKeys": list.Keys}
			_, _ = "/kx/environments/"+url.PathEscape(list.Environment)+"/clusters", q.Encode()
		}
	})
	update, buf := sampleUpdate(), make([]byte, 0, 4096)
	b.Run("path+body", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			must(wire.Bind(buf, &update, "/kx/environments/{environmentId}/clusters/{clusterName}/configuration/code", wire.SpaceAsPercent))
		}
	})
}
