/** The WSDL of the simulated service as WCF writes one: the types in parts of their own, under addresses that name the machine. */

const OPERATIONS: Readonly<Record<string, { readonly asks: readonly (readonly [string, string])[]; readonly gives: string }>> = {
  MotCua_HoSoTiepNhan_Search: {
    asks: [
      ['linhVucID', 'xs:int'],
      ['thuTucID', 'xs:int'],
      ['soBienNhan', 'xs:string'],
      ['tuNgay', 'xs:dateTime'],
      ['denNgay', 'xs:dateTime'],
      ['hoTenNguoiNop', 'xs:string'],
      ['soGiayTo', 'xs:string'],
      ['userDangNhapID', 'xs:int'],
      ['trangThaiHoSoID', 'xs:int'],
      ['pageIndex', 'xs:int'],
      ['pageSize', 'xs:int'],
    ],
    gives: 'PagedHoSoTiepNhan',
  },
  MotCua_HoSoTiepNhan_GetByHoSoId: { asks: [['hoSoId', 'xs:int']], gives: 'HoSoTiepNhanViewModel' },
  MotCua_QuaTrinhXuLys_GetByHoSoID: { asks: [['hoSoId', 'xs:int']], gives: 'ArrayOfQuaTrinhXuLyViewModel' },
  MotCua_E_TrangThaiHoSo_GetAll: { asks: [], gives: 'ArrayOfTrangThaiHoSo' },
}

export const operationNames: readonly string[] = Object.keys(OPERATIONS)
export const NAMESPACE = 'http://tempuri.org/'
export const MODELS = 'http://schemas.datacontract.org/2004/07/Business.Entities.ViewModels'

type Fields = readonly (readonly [name: string, type: string])[]
const DOSSIER: Fields = [
  ['HoSoID', 'xs:int'],
  ['SoBienNhan', 'xs:string'],
  ['ThuTucId', 'xs:int'],
  ['MaThuTuc', 'xs:string'],
  ['TenThuTuc', 'xs:string'],
  ['HoTenNguoiNop', 'xs:string'],
  ['SoGiayTo', 'xs:string'],
  ['NgayNhan', 'xs:dateTime'],
  ['NgayHenTra', 'xs:dateTime'],
  ['TrangThaiHoSoID', 'xs:int'],
  ['NgayTraKetQua', 'xs:dateTime'],
  ['LoaiDoiTuongID', 'xs:string'],
  ['HinhThucNop', 'xs:string'],
  ['NoiNhanKetQuaID', 'xs:string'],
  ['NgayKetThuc', 'xs:dateTime'],
  ['MaDonVi', 'xs:string'],
  ['TenDonVi', 'xs:string'],
  ['GhiChu', 'xs:string'],
]
const STEP: Fields = [
  ['QuaTrinhXuLyID', 'xs:int'],
  ['HoSoID', 'xs:int'],
  ['NgayXuLy', 'xs:dateTime'],
  ['NguoiXuLy', 'xs:string'],
  ['PhongBan', 'xs:string'],
  ['CongViec', 'xs:string'],
  ['NoiDungXuLy', 'xs:string'],
  ['TrangThaiHoSoID', 'xs:int'],
]
const STATE: Fields = [
  ['TrangThaiHoSoID', 'xs:int'],
  ['TenTrangThai', 'xs:string'],
]

const HEAD = '<?xml version="1.0" encoding="utf-8"?>'
const XS = 'xmlns:xs="http://www.w3.org/2001/XMLSchema"'

/** @param origin the name under which the machine knows itself, often one that nobody else can resolve */
export function wsdl(service: string, origin: string): string {
  const here = `${origin}${service}`
  const each = (write: (name: string) => string) => operationNames.map(write).join('')
  return (
    `${HEAD}<wsdl:definitions name="MotCuaService" targetNamespace="${NAMESPACE}" xmlns:tns="${NAMESPACE}" xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" ` +
    `xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:wsaw="http://www.w3.org/2006/05/addressing/wsdl">` +
    `<wsdl:types><xsd:schema targetNamespace="${NAMESPACE}Imports"><xsd:import schemaLocation="${here}?xsd=xsd0" namespace="${NAMESPACE}"/>` +
    `<xsd:import schemaLocation="${here}?xsd=xsd1" namespace="${MODELS}"/></xsd:schema></wsdl:types>` +
    each(
      (name) =>
        `<wsdl:message name="IMotCuaService_${name}_InputMessage"><wsdl:part name="parameters" element="tns:${name}"/></wsdl:message>` +
        `<wsdl:message name="IMotCuaService_${name}_OutputMessage"><wsdl:part name="parameters" element="tns:${name}Response"/></wsdl:message>`,
    ) +
    `<wsdl:portType name="IMotCuaService">${each(
      (name) =>
        `<wsdl:operation name="${name}"><wsdl:input wsaw:Action="${actionOf(name)}" message="tns:IMotCuaService_${name}_InputMessage"/>` +
        `<wsdl:output wsaw:Action="${actionOf(name)}Response" message="tns:IMotCuaService_${name}_OutputMessage"/></wsdl:operation>`,
    )}</wsdl:portType>` +
    `<wsdl:binding name="BasicHttpBinding_IMotCuaService" type="tns:IMotCuaService"><soap:binding transport="http://schemas.xmlsoap.org/soap/http"/>${each(
      (name) =>
        `<wsdl:operation name="${name}"><soap:operation soapAction="${actionOf(name)}" style="document"/>` +
        `<wsdl:input><soap:body use="literal"/></wsdl:input><wsdl:output><soap:body use="literal"/></wsdl:output></wsdl:operation>`,
    )}</wsdl:binding>` +
    `<wsdl:service name="MotCuaService"><wsdl:port name="BasicHttpBinding_IMotCuaService" binding="tns:BasicHttpBinding_IMotCuaService">` +
    `<soap:address location="${here}"/></wsdl:port></wsdl:service></wsdl:definitions>`
  )
}

export function actionOf(operation: string): string {
  return `${NAMESPACE}IMotCuaService/${operation}`
}

/** `?xsd=xsd0`: the messages. */
export function messagesSchema(service: string, origin: string): string {
  const elements = Object.entries(OPERATIONS).map(([name, { asks, gives }]) => {
    const parameters = asks.map(
      ([parameter, type]) => `<xs:element minOccurs="0" ${type === 'xs:string' ? 'nillable="true" ' : ''}name="${parameter}" type="${type}"/>`,
    )
    return (
      `<xs:element name="${name}"><xs:complexType><xs:sequence>${parameters.join('')}</xs:sequence></xs:complexType></xs:element>` +
      `<xs:element name="${name}Response"><xs:complexType><xs:sequence>` +
      `<xs:element minOccurs="0" nillable="true" name="${name}Result" type="q1:${gives}"/></xs:sequence></xs:complexType></xs:element>`
    )
  })
  return (
    `${HEAD}<xs:schema elementFormDefault="qualified" targetNamespace="${NAMESPACE}" ${XS} xmlns:tns="${NAMESPACE}" xmlns:q1="${MODELS}">` +
    `<xs:import schemaLocation="${origin}${service}?xsd=xsd1" namespace="${MODELS}"/>${elements.join('')}</xs:schema>`
  )
}

/** `?xsd=xsd1`: the data contracts. */
export function modelsSchema(): string {
  const type = (name: string, fields: Fields) =>
    `<xs:complexType name="${name}"><xs:sequence>${fields
      .map(([field, kind]) => `<xs:element minOccurs="0" nillable="true" name="${field}" type="${kind}"/>`)
      .join('')}</xs:sequence></xs:complexType>`
  const list = (name: string, of: string) =>
    `<xs:complexType name="${name}"><xs:sequence><xs:element minOccurs="0" maxOccurs="unbounded" nillable="true" name="${of}" type="tns:${of}"/></xs:sequence></xs:complexType>`
  const paged = `<xs:complexType name="PagedHoSoTiepNhan"><xs:sequence><xs:element minOccurs="0" nillable="true" name="Data" type="tns:ArrayOfHoSoTiepNhanViewModel"/><xs:element minOccurs="0" name="TotalRow" type="xs:int"/></xs:sequence></xs:complexType>`
  return (
    `${HEAD}<xs:schema elementFormDefault="qualified" targetNamespace="${MODELS}" ${XS} xmlns:tns="${MODELS}">` +
    paged +
    list('ArrayOfHoSoTiepNhanViewModel', 'HoSoTiepNhanViewModel') +
    type('HoSoTiepNhanViewModel', DOSSIER) +
    list('ArrayOfQuaTrinhXuLyViewModel', 'QuaTrinhXuLyViewModel') +
    type('QuaTrinhXuLyViewModel', STEP) +
    list('ArrayOfTrangThaiHoSo', 'TrangThaiHoSo') +
    type('TrangThaiHoSo', STATE) +
    '</xs:schema>'
  )
}
