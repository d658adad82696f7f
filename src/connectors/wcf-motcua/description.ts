/** A WSDL of the operations that we call, for services that show none. Names and types by contracts/provincial-sources.md §9.1; the namespace is assumed. */

/** The search's parameters, in the contract's order. */
export const searchParameters = [
  ['linhVucID', 'int'],
  ['thuTucID', 'int'],
  ['soBienNhan', 'string'],
  ['tuNgay', 'dateTime'],
  ['denNgay', 'dateTime'],
  ['hoTenNguoiNop', 'string'],
  ['soGiayTo', 'string'],
  ['userDangNhapID', 'int'],
  ['trangThaiHoSoID', 'int'],
  ['pageIndex', 'int'],
  ['pageSize', 'int'],
] as const

const OPERATIONS: Readonly<Record<string, readonly (readonly [name: string, type: string])[]>> = {
  MotCua_HoSoTiepNhan_Search: searchParameters,
  MotCua_HoSoTiepNhan_GetByHoSoId: [['hoSoId', 'int']],
  MotCua_QuaTrinhXuLys_GetByHoSoID: [['hoSoId', 'int']],
  MotCua_E_TrangThaiHoSo_GetAll: [],
}

export function builtInDescription(namespace: string): string {
  const base = namespace.endsWith('/') ? namespace : `${namespace}/`
  const each = (write: (name: string, parameters: readonly (readonly [string, string])[]) => string) =>
    Object.entries(OPERATIONS)
      .map(([name, parameters]) => write(name, parameters))
      .join('')
  const elements = each(
    (name, parameters) =>
      `<xs:element name="${name}"><xs:complexType><xs:sequence>${parameters
        .map(([parameter, type]) => `<xs:element minOccurs="0" nillable="true" name="${parameter}" type="xs:${type}"/>`)
        .join('')}</xs:sequence></xs:complexType></xs:element>` +
      `<xs:element name="${name}Response"><xs:complexType><xs:sequence><xs:any minOccurs="0" processContents="lax"/></xs:sequence></xs:complexType></xs:element>`,
  )
  const messages = each(
    (name) =>
      `<wsdl:message name="${name}_In"><wsdl:part name="parameters" element="tns:${name}"/></wsdl:message>` +
      `<wsdl:message name="${name}_Out"><wsdl:part name="parameters" element="tns:${name}Response"/></wsdl:message>`,
  )
  const port = each(
    (name) => `<wsdl:operation name="${name}"><wsdl:input message="tns:${name}_In"/><wsdl:output message="tns:${name}_Out"/></wsdl:operation>`,
  )
  const binding = each(
    (name) =>
      `<wsdl:operation name="${name}"><soap:operation soapAction="${base}IMotCuaService/${name}" style="document"/>` +
      `<wsdl:input><soap:body use="literal"/></wsdl:input><wsdl:output><soap:body use="literal"/></wsdl:output></wsdl:operation>`,
  )
  return (
    `<?xml version="1.0" encoding="utf-8"?><wsdl:definitions name="MotCuaService" targetNamespace="${namespace}" xmlns:tns="${namespace}" ` +
    `xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:xs="http://www.w3.org/2001/XMLSchema">` +
    `<wsdl:types><xs:schema elementFormDefault="qualified" targetNamespace="${namespace}">${elements}</xs:schema></wsdl:types>${messages}` +
    `<wsdl:portType name="IMotCuaService">${port}</wsdl:portType>` +
    `<wsdl:binding name="BasicHttpBinding_IMotCuaService" type="tns:IMotCuaService"><soap:binding transport="http://schemas.xmlsoap.org/soap/http"/>${binding}</wsdl:binding>` +
    `<wsdl:service name="MotCuaService"><wsdl:port name="BasicHttpBinding_IMotCuaService" binding="tns:BasicHttpBinding_IMotCuaService">` +
    `<soap:address location="http://localhost/"/></wsdl:port></wsdl:service></wsdl:definitions>`
  )
}
