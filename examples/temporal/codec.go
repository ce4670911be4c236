package main

import (
	"crypto/aes"
	"crypto/cipher"
	"errors"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
)

// newConverter returns a data converter that encrypts what goes to Temporal, tokens among it, with a key of 16, 24 or 32
// bytes. Workers and those who start workflows need the same key.
func newConverter(key []byte) (converter.DataConverter, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	sealed, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, err
	}
	return converter.NewCodecDataConverter(converter.GetDefaultDataConverter(), codec{sealed}), nil
}

// codec encrypts payloads, whole.
type codec struct{ sealed cipher.AEAD }

const encoding = "binary/encrypted"

// Encode encrypts.
func (c codec) Encode(payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
	out := make([]*commonpb.Payload, len(payloads))
	for i, p := range payloads {
		text, err := p.Marshal()
		if err != nil {
			return nil, err
		}
		out[i] = &commonpb.Payload{
			Metadata: map[string][]byte{converter.MetadataEncoding: []byte(encoding)}, Data: c.sealed.Seal(nil, nil, text, nil),
		}
	}
	return out, nil
}

var errNotEncrypted = errors.New("the payload is not encrypted")

// Decode decrypts.
func (c codec) Decode(payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
	out := make([]*commonpb.Payload, len(payloads))
	for i, p := range payloads {
		if string(p.GetMetadata()[converter.MetadataEncoding]) != encoding {
			return nil, errNotEncrypted
		}
		text, err := c.sealed.Open(nil, nil, p.GetData(), nil)
		if err != nil {
			return nil, err
		}
		out[i] = &commonpb.Payload{}
		if err := out[i].Unmarshal(text); err != nil {
			return nil, err
		}
	}
	return out, nil
}
