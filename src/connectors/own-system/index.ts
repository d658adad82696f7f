export { type OwnHttp, type OwnRequest, type OwnSend, ownHttp } from './client.js'
